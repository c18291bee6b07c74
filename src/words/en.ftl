# passerelle's words in English. One line a phrase; what is between { } is put in its place.

## Names within sentences
of-name = of { $name }
that-name = that { $name }
network-titled = { $app } “{ $title }”

## What does not cross
not-delivered = This could not cross to { $network }:
not-deleted = I could not remove this message on { $network }:
went-wrong = A mistake in passerelle prevented it. The hoster will find it in the log.
not-possible = That network does not allow it.
not-in-chat = The bot is not in that chat, or there is no such chat.
no-right-to-write = The bot may not write there.
other-side-refused = The other side refused it: “{ $detail }”.
file-too-big = { $name ->
        [none] { $kind ->
                [photo] The photo
                [video] The video
                [gif] The GIF
                [audio] The sound
                [voice] The voice message
                [sticker] The sticker
               *[file] The file
            }
       *[other] “{ $name }”
    } is too big{ $size ->
        [none] {""}
       *[other] {" "}({ $size } MB)
    } to cross: the limit is { $limit } MB.
file-left-out = 📎 { $kind ->
        [photo] Photo
        [video] Video
        [gif] GIF
        [audio] Sound
        [voice] Voice message
        [sticker] Sticker
       *[file] File
    }{ $name ->
        [none] {""}
       *[other] {" "}“{ $name }”
    }{ $size ->
        [none] {""}
       *[other] {" "}({ $size } MB)
    }: could not cross.
file-unreachable = The file could not be fetched.
out-of-reach = I could hear nothing of { $network } since { $from }, and what is older than { $days ->
        [0] { $hours } hours
       *[days] { $days } days
    } can no longer be had there: what was written until { $to } is out of reach.
history-gone = Something was written in this chat on { $network } while I was away, and its history no longer has it: it is out of reach.
too-much-missed = More was written on { $network } while I was away than I can fetch: what was written here meanwhile is out of reach.
in-doubt = This may have reached { $network }, or not: the answer was lost. Look there, then write “!passerelle dead-letters” to send it again or give it up.
in-doubt-reason = The answer was lost: it may have arrived already.
settings-unreadable = ⏸ What was chosen for the link with “{ $chat }” ({ $network }) cannot be read any more: it is paused. For everything to cross again write “!passerelle resume”, then choose anew.
unreadable = What was kept of it cannot be read any more.
answered-what-is-gone = In answer to a message that was taken back
file-dropped = The other side did not keep the file.

## Coming and going
member-joined = { $name } joined the chat on { $network }.
member-left = { $name } left the chat on { $network }.
member-removed = { $name } was removed from the chat on { $network }.
member-banned = { $name } was banned from the chat on { $network }.

## Commands
help-room = I link this room to chats of other networks ({ $networks }). Write here:
    “{ $call }link” to link a chat;
    “{ $call }unlink” to undo a link;
    “{ $call }list” to see what is linked, “{ $call }channels” for the channels of a network, “{ $call }bridge” to create rooms for them;
    “{ $call }dead-letters” to see what could not be delivered;
    “{ $call }delete” as a reply to a message to remove it everywhere;
    “{ $call }status”, “{ $call }pause”, “{ $call }resume”, “{ $call }oneway”, “{ $call }threads”, “{ $call }limit” for the links;
    “{ $call }who”, “{ $call }mute”, “{ $call }unmute”, “{ $call }ban”, “{ $call }log” for people;
    “{ $call }optout”, “{ $call }forget” for your own messages.
help-chat = I link this chat to a Matrix room: what is written here is read there, and the other way round. An admin can write:
    “{ $call }link” to link;
    “{ $call }unlink” to undo the link;
    “{ $call }list” to see what is linked.
    To remove a message everywhere, reply “{ $call }delete” to it. To keep your messages here: “{ $call }optout”.
menu-help = What I can do
menu-link = Link this chat, with or without a code
menu-matrix = Give a code for a Matrix room
menu-unlink = Undo the link
menu-list = What is linked
menu-delete = Remove the message you reply to everywhere
command-unknown = I do not know “{ $command }”. “{ $call }help” says what I can do.
command-near = I do not know “{ $command }”. Did you mean “{ $call }{ $near }”?
say-yes = Write “{ $call }yes” to do it.
nothing-to-confirm = I am not waiting for an answer. Ask again first.
no-right = This takes the right to change this room, and the hoster's permission.
no-right-there = Only the admins of this chat may do that. Ask one of them to write it.
try-again-later = I cannot do it right now. Try again in a few minutes.
no-such-network = I do not know that network. Those I know: { $networks }.

## Linking
code-given = Here is a code: { $code }. It is good for { $minutes } minutes, once.
code-there = { $network }: add { $bot } to { $app ->
        [Telegram] your group
       *[other] your channel
    }, then one of its admins writes “{ $call }link { $code }” there
code-in-room = in the Matrix room: invite { $bot }, then write “{ $call }link { $code }” there
code-wrong = That code is not good: it was used, it is too old, or there is a mistake in it. Ask for another with “{ $call }link”, on either side.
code-too-many = Too many wrong codes. Wait a quarter of an hour.
code-of-room = That code is from a Matrix room. Write it in the chat to link, not here.
code-of-chat = That code is from another chat. Write it in the Matrix room to link, not here.
code-void = { $who }, who asked for this code, may no longer link there.
link-how = To link, write “{ $call }link”: I give a code to write on the other side. Or “{ $call }link CODE” with a code from the other side.
link-by-code = Only hosters link a chat by its id. Write “{ $call }link”: I give a code that an admin of the chat will write there.
link-encrypted = 🔒 This chat is encrypted: I cannot read it, so it cannot be linked. Create one without encryption, and link that one.
link-direct = There are only the two of us here. Write this in the group or channel to link.
link-refused = I could not link “{ $chat }”.
linked = Linked to “{ $chat }” on { $network }, by { $who }. What is written on one side is read on the other.
linked-noted = The members of both sides read each other from now on, with their names and pictures. This room becomes no more public.
linked-marked = Several channels are merged in this room: what comes from this one begins with “[{ $mark }]” in it.
linked-already = Already linked to “{ $chat }” on { $network }.
linked-elsewhere = “{ $chat }” on { $network } is linked to another room. Unlink it there first.
linked-here = This chat is now linked to the Matrix room “{ $room }”, by { $who }: what is written here is read there, and the other way round.
linked-noted-here = The members of the room read what you write from now on, with your name and picture. “{ $call }help” says what I can do, “{ $call }optout” keeps your messages here.
unlink-which = Several chats are linked to this room. Which one? “{ $call }list” shows them; then “{ $call }unlink” with its name.
unlink-sure = Undo the link with “{ $chat }” on { $network }? What was written stays, and “{ $call }undo” brings the link back for a day. The people of the other side stay in the list of members; “{ $call }yes leave” lets them go too.
unlinked = “{ $chat }” on { $network } is no longer linked. What was written stays.
unlinked-leaving = The people that I showed on either side leave; nobody is removed.
unlinked-by = { $who } undid the link of “{ $chat }” ({ $network }). What was written stays.
nothing-to-undo = No link was undone here for a day.
not-linked = “{ $chat }” is not linked here.
list-title = Linked to:
list-line = { $chat } ({ $network } { $id })
list-empty = This is linked to nothing yet. “{ $call }link” gives a code to link it.
delete-how = Reply to the message to remove.
delete-unknown = I do not know that message: it is from before the link, or never crossed.
delete-no-right = Only its author and admins may remove that message.

## The channels of a network
channels-how = Of which network? Write “{ $call }channels” and its name: { $networks }.
only-in-room = Ask this on Matrix: in a room, or in a direct message to the bot.
channels-title = { $first ->
        [0] I see no channel on { $network }.
       *[other] Channels of { $network }, { $first } to { $last } of { $count }, the most active first:
    }
channels-not-told = { $network } does not tell a bot which groups it is in. Here are those where I was added, as far as I remember; for another one, add me first.
channel-line = { $address }{ $name ->
        [none] {""}
       *[other] {" "}“{ $name }”
    }{ $access ->
        [public] {""}
       *[other] , private
    }{ $members ->
        [none] {""}
        [one] , { $members } member
       *[other] , { $members } members
    }{ $link ->
        [none] {""}
        [here] , ✅ linked to this room
       *[elsewhere] , ✅ already linked{ $room ->
                [none] {""}
               *[other] {" "}to “{ $room }”
            }
    }
channel-active = last message
channels-hidden = { $count ->
        [one] A private channel is not shown: one of its admins links it from there, with a code.
       *[other] { $count } private channels are not shown: their admins link them from there, with a code.
    }
channels-more = The next ones: “{ $call }channels { $next }”.
open-how = To create rooms, write “{ $call }bridge”, the network ({ $networks }), then the channels, twenty at most, with “#”: “{ $call }channels” shows them.
open-code = Here is a code: { $code }. It is good for { $minutes } minutes.
    An admin of these channels ({ $chats }) writes on { $network }, in one of them or in a private message to { $bot }: “{ $call }link { $code }”.
    The rooms are then created, and you are invited to them, with the other animators of this room.
open-other-network = This code is for { $network }: write it there, not here.
open-agreed = { $who } agreed on { $network }:
open-unknown = { $chat }: I do not see this channel, or several have this name. If it is private, first add the bot to it.
open-not-yours = { $chat }: I do not see this channel, or you are no admin of it. If it is private, first add the bot to it.
open-refused = { $chat }: the room could not be created.
born-encrypted = The homeserver encrypts new rooms by itself, and I cannot read what is encrypted. Create this room yourself, without encryption, and link it; or ask your hoster to put “encryption_enabled_by_default_for_room_type: off” into homeserver.yaml.
open-later = { $chat }: I cannot do it for now. Ask the same again in a few minutes, I go on where I was.
open-encrypted = { $chat }: this channel is encrypted, I cannot read it.
open-already = { $chat } already has a room.
opened = { $chat }: ✅ the room “{ $room }” is created and linked. The invitation is in your Matrix client, with that of the space for these rooms.
merge-how = To merge several channels in this room, write “{ $call }merge”, the network ({ $networks }), then two channels at least, with “#”.
merge-code = Here is a code: { $code }. It is good for { $minutes } minutes.
    An admin of these channels ({ $chats }) writes on { $network }, in one of them or in a private message to { $bot }: “{ $call }link { $code }”.
    I ask them whether they are sure, then all their members read each other in this room.
merge-sure = Merge { $chats }? The members of these { $count } channels and of the room will all read each other.{ $private ->
        [none] {""}
       *[other] {" "}⚠ Private until now: { $private }. What is written there will be read by others than its members.
    }
merge-noted = Merged in this room: { $chats }. Their members all read each other, and each message says where it comes from.
merge-refused = { $chat }: could not be merged.
merge-elsewhere = { $chat } is already linked to another room. Unlink it there first.
merged = { $chat }: ✅ merged in this room. Its messages begin with “[{ $mark }]”.

## In a direct message
hello-talk = Hello! I link Matrix rooms to chats of other networks ({ $networks }).
    Write here, plainly: “link”, “status”, “channels”… “help” tells all I can do.
help-talk = I link Matrix rooms to chats of other networks ({ $networks }). Write here, plainly:
    “link”, “unlink”, “undo”, “list” for the links of a room;
    “channels” to see the channels of a network, “bridge” to create rooms for them;
    “status”, “pause”, “resume”, “oneway”, “bothways” to set things;
    “who”, “mute”, “unmute”, “log”, “dead-letters” to follow;
    “optout”, “forget” for your own messages.
    I ask which room it is about, or you add its name: “status The garden”. In a room, these words follow “!passerelle”.
talk-encrypted = 🔒 This conversation is encrypted: I cannot read you. Open one without encryption, or write “!passerelle” in a room that is not encrypted.
talk-which = For which room? Answer with its number, or ask again with its name:
talk-no-room = I see you in no room that I am in and that you may change. First invite { $bot } to yours.
talk-about = “{ $room }”:

## What could not be delivered
dead-letters-none = Everything was delivered: there is nothing here.
dead-letters-title = { $count ->
        [one] One message could not be delivered:
       *[other] { $count } messages could not be delivered:
    }
dead-letter = No. { $id }, { $when }: { $kind ->
        [message] message
        [edit] edit
        [delete] deletion
        [reaction] reaction
       *[other] event
    } by { $name } ({ $source }) to { $network }.
dead-letters-how = “!passerelle dead-letters show NUMBER” shows what it said, “replay NUMBER” (or “all”) sends it again, “discard NUMBER” (or “all”) gives it up for good.
dead-letters-replayed = { $count ->
        [0] There is no such thing to send again.
        [one] One message is sent again.
       *[other] { $count } messages are sent again.
    }
dead-letters-discarded = { $count ->
        [0] There is no such thing to give up.
        [one] One message is given up.
       *[other] { $count } messages are given up.
    }
dead-letter-unknown = There is no dead letter No. { $id }: “passerelle dead-letters list” shows those there are.
backup-exists = There is a file of that name already, and a copy overwrites nothing: give another name.
backup-unwritable = The copy cannot be written there: { $why }.
backup-written = The copy of the database is in { $file }.

## What is chosen, what is seen
menu-status = Whether all works, and what waits
menu-pause = Pause the link
menu-resume = Resume
menu-who = Who writes on each side
menu-mute = No longer relay somebody
menu-optout = Do not relay my messages
menu-forget = Remove what I wrote from the other sides
ago = { $unit ->
        [now] just now
        [minutes] { $n ->
                [one] { $n } minute ago
               *[other] { $n } minutes ago
            }
        [hours] { $n ->
                [one] { $n } hour ago
               *[other] { $n } hours ago
            }
       *[days] { $n ->
                [one] { $n } day ago
               *[other] { $n } days ago
            }
    }
date = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year } at { $hour }:{ $minute } (UTC)
status-line = “{ $chat }” ({ $network }): { $state ->
        [away] 🚪 the bot is not there any more, or it is archived
        [paused] ⏸ paused
        [late] ⚠ does not answer right now, I keep trying
        [one-way] ✅ works, announcements only
       *[works] ✅ works
    }, { $waiting ->
        [0] nothing waits
        [one] { $waiting } message waits
       *[other] { $waiting } messages wait
    }.
status-since = Linked
status-error = Last trouble:
paused = ⏸ { $who } paused the link with “{ $chat }” ({ $network }). What is written meanwhile will not cross.
resumed = ▶ { $who } resumed the link with “{ $chat }” ({ $network }). What is written crosses again.
one-way = { $who } chose announcements only: what is written in the room is read in “{ $chat }” ({ $network }), and not the other way round.
both-ways = { $who } opened both ways with “{ $chat }” ({ $network }) again.
threads-how = Write “{ $call }threads auto”, “{ $call }threads threads” or “{ $call }threads replies”: threads stay as each side has them, every reply begins a thread, or threads become replies.
threads-chosen = { $who } chose for “{ $chat }” ({ $network }): { $manner ->
        [threads] every reply begins a thread, where there are threads
        [replies] threads become replies
       *[automatic] threads stay threads where there are threads
    }.
limit-how = Write “{ $call }limit 20” to keep files of more than 20 MB from crossing, or “{ $call }limit none”.
limit-chosen = { $who } chose for “{ $chat }” ({ $network }): files of more than { $limit } MB do not cross.
limit-none = { $who } took the limit off “{ $chat }” ({ $network }): files cross as large as both sides take them.
titles-how = Write “{ $call }titles keep” so that each side keeps its name, topic and picture, or “{ $call }titles follow” so that a change crosses from one to the other.
titles-kept = { $who } chose for “{ $chat }” ({ $network }): each side keeps its name, topic and picture.
titles-followed = { $who } chose for “{ $chat }” ({ $network }): name, topic and picture change on both sides.
language-how = Write “{ $call }language fr” or “{ $call }language en”.
language-chosen = I will speak English here.
who-matrix = On Matrix, “{ $chat }”: { $count ->
        [0] nobody has written yet.
        [one] { $count } person has written.
       *[other] { $count } people have written.
    }
who-there = On { $network }, “{ $chat }”: { $count ->
        [0] nobody has written yet.
        [one] { $count } person has written, { $only ->
                [0] and may be on Matrix too.
               *[other] and is not on Matrix yet:
            }
       *[other] { $count } people have written, { $only ->
                [0] all of whom may be on Matrix too.
                [one] { $only } of whom is not on Matrix yet:
               *[other] { $only } of whom are not on Matrix yet:
            }
    }
who-maybe = Perhaps on Matrix already, by the name: { $names }.
who-more = … and { $count } more.
who-note = I know only those who have written since the link, and know them from one network to the other by their name alone: that is a hint, not a proof.
log-empty = Nothing to tell: nobody moderated anything yet.
hello-room = Hello! I link chats of other networks to this room.
    Write “{ $call }link”: I give a code, and say what to do with it.
hello-chat = Hello! I can link this chat to a Matrix room.
    An admin here writes “{ $call }link”, with the code from the room, or without one to be given one.
bot-gone = The bot is not in “{ $chat }” ({ $network }) any more, or that chat was deleted: nothing crosses between it and the others. Add the bot again and it goes on, or undo the link.
bot-back = The bot is in “{ $chat }” ({ $network }) again: what is written crosses again. { $missed ->
        [all] What was written there since { $from } follows.
        [last] Much was written there since { $from }: only the end of it follows.
       *[none] What was written there since { $from } did not cross.
    }
now-encrypted = 🔒 “{ $chat }” is encrypted now: I can no longer read it, and the link is paused. A new room without encryption must be linked.
now-encrypted-here = 🔒 This room is encrypted now: I can no longer read it, and the link is paused. Encryption cannot be taken off: create a new room without it, and link that one.

## Moderating
mute-how = Reply to a message of that person, or write their name as “{ $call }who” shows it.
mute-self = That is you. To keep your messages from crossing: “{ $call }optout”.
stopped = { $scope ->
        [everywhere] What { $name } writes will only be read on { $network }, where nothing changes. “{ $call }unmute { $name }” takes it back; “{ $call }ban { $name }” puts them out there too.
       *[here] What { $name } writes will not be read here any more. On { $network } nothing changes. “{ $call }unmute { $name }” takes it back.
    }
stopped-not-banned = What { $name } writes will be read nowhere but on { $network }. I may not ban anybody there: an admin of that chat has to.
banned = What { $name } writes will not be read here any more, and I banned { $name } from the chat on { $network } too. To have them back, an admin lifts the ban there, then “{ $call }unmute { $name }” here.
banned-may-return = What { $name } writes will not be read here any more, and I took { $name } out of the chat on { $network } too. It is public: they may come back there, without being relayed.
ban-sure = Ban { $name } ({ $network })? { $scope ->
        [everywhere] Their words will not cross any more, and I put them out there too if I may.
       *[here] Their words will not be read here any more. To put them out there too, ask in the Matrix room.
    }
ban-own-side = { $name } writes here, on { $network }: ban them by the means of { $network }.
muted = What { $name } writes will be read { $scope ->
        [everywhere] nowhere else
       *[here] here
    } no more. “{ $call }unmute” undoes it.
unmuted = What { $name } writes crosses again.
readmitted = The ban on { $name } is lifted here: what { $name } writes crosses again. If I banned them on { $network } too, an admin over there lifts that ban.
act-linked = { $who } linked “{ $chat }” ({ $network }).
act-relinked = { $who } restored the link with “{ $chat }” ({ $network }).
act-deleted = { $who ->
        [none] On { $network }, a message by { $name } was removed.
       *[other] { $who } ({ $network }) removed a message by { $name }.
    }
act-muted = { $who } ({ $network }) silenced { $name }.
act-unmuted = { $who } ({ $network }) let { $name } speak again.
act-banned = { $who } ({ $network }) banned { $name }.

## One's own words
private = Noted: your messages no longer cross. The others only see that somebody wrote. “{ $call }optin” undoes it.
not-private = Noted: your messages cross again.
said-in-private = Somebody who does not want to be relayed wrote on the other side.
forget-sure = Remove everything you wrote here from the other sides? This cannot be undone. Here your messages stay.
forgetting = { $count ->
        [0] Nothing of what you wrote is elsewhere.
        [one] I am removing { $count } message from the other sides. I will tell you what could not be.
       *[other] I am removing { $count } messages from the other sides. I will tell you what could not be.
    }
forgotten = “{ $chat }” ({ $network }): { $left ->
        [0] everything is removed.
        [one] { $left } message stays that this network does not let me remove.
       *[other] { $left } messages stay that this network does not let me remove.
    }

## The Matrix side
not-in-room = The bot is not in that Matrix room. Invite it first.
bot-cannot-invite = In that Matrix room the bot may not invite people. Give it that right, or make the room public.
upgrade-not-linked = This room was replaced by another one that does not say it comes from it. Link the new room.
encrypted-refused = The chat over there is encrypted: the bot cannot write in it.
no-right-to-delete = The bot may not remove that message there. An admin can.
no-right-to-edit = The bot may not change that message over there.
too-late-to-edit = It is too late to change that message over there.

## What has no counterpart elsewhere
encrypted-message = 🔒 Encrypted message: it can only be read on Matrix.
unknown-message = A message of a kind that does not cross yet.
poll = 📊 Poll: { $question }
poll-votes = 📊 Votes:
poll-votes-elsewhere = 📊 Votes from elsewhere:
poll-result = 📊 The poll has ended. Result:
poll-answer = { $answer }: { $votes }
message-pinned = 📌 Message pinned{ $name ->
        [none] {""}
       *[other] {" "}by { $name }
    }.
message-unpinned = 📌 This message is no longer pinned.
location = 📍 { $place }
live-location = 📍 Live location
live-location-over = 📍 The live location is shared no longer.
live-location-ended = 📍 Live location, ended: the last one
venue = 📍 { $title }, { $address }
contact = 👤 Contact: { $name }
dice = { $emoji } { $value }
game = 🎮 Game: { $title }
story = A story, to be seen only on Telegram.
checklist = ☑️ Checklist: { $title }
paid-media = Paid content, to be seen only on Telegram.
forwarded-from = Forwarded from { $name }:
topic = Topic: { $name }
topic-unnamed = A topic
topic-renamed = The topic is now called “{ $name }”.
topic-closed = The topic is closed.
topic-reopened = The topic is open again.
chat-renamed = The chat is now called “{ $name }”.
chat-picture-changed = The chat has a new picture.
chat-picture-removed = The chat has no picture any more.
pinned = 📌 Pinned: { $excerpt }
video-chat = 📞 A video chat, on Telegram only.
auto-delete-changed = On Telegram, messages are now deleted after another time. Here they stay.
chat-topic-changed = The topic is now: { $topic }
chat-topic-removed = The chat shows no topic any more.
chat-archived = The chat was archived: nobody can write there any more.
now-archived = “{ $chat }” ({ $network }) was archived: nobody can write there, and nothing crosses. It goes on if it is opened again.
archive-opened = “{ $chat }” ({ $network }) is open again: what is written crosses again.
chat-privacy-changed = The chat became private, or public.
chat-read-only = Only some people may now write in the original chat.
chat-writable = Everybody may write in the original chat again.
discussion-created = 💬 A discussion of its own was opened: { $name }
video-call = 📞 A video call began, over there only.
encrypted-there = 🔒 The chat on { $network } is encrypted: I cannot read it, and what is written there does not cross. An admin can turn its encryption off.

## passerelle check
homeserver-answers = The homeserver answers (version { $version }).
homeserver-unreachable = The homeserver does not answer: { $why }
homeserver-unreachable-mend = Look at homeserver.url in the configuration, and whether the homeserver is running.
as-token-right = The homeserver accepts our as_token, as { $bot }.
as-token-wrong = The homeserver refuses our as_token: { $why }
as-token-of-another = Our as_token is that of { $who }, not of { $bot }.
registration-mend = Write registration.yaml again (passerelle registration), give it to the homeserver, and restart the homeserver.
namespace-right = Users like { $ghost } are ours.
namespace-wrong = The homeserver does not let us speak as { $ghost }: { $why }
ping-arrives = The homeserver reaches us.
ping-arrives-elsewhere = The homeserver reaches a passerelle that is running already, which accepts its token.
ping-lost = The homeserver does not reach us: { $why }
ping-lost-mend = Look at appservice.url (our address as the homeserver sees it), appservice.listen and the firewall.
ping-no-url = The homeserver has no address for us: { $why }
ping-other-id = The homeserver knows us by another id: { $why }
ping-bad-status = What the homeserver reaches is not us: { $why }
ping-bad-status-mend = Another program answers at appservice.url: change the address, then passerelle registration.
hs-token-right = The homeserver knows our hs_token.
hs-token-wrong = The homeserver speaks to us with another hs_token than ours.

## Telegram
cannot-delete-on-telegram = Telegram does not let the bot remove that message: it is older than 48 hours, or the bot is no admin of the group.
telegram-token-right = { $network }: the token is good, it is that of @{ $bot }.
telegram-token-wrong = { $network }: Telegram refuses the token ({ $why }).
telegram-token-mend = Ask @BotFather for the bot's token and put it into the configuration.
telegram-unreachable = { $network }: Telegram does not answer ({ $why }).
telegram-unreachable-mend = Look whether this machine can reach api.telegram.org, or the address in api_url.
telegram-privacy-off = The bot sees every message in groups.
telegram-privacy-on = The bot sees only commands: its privacy mode is on.
telegram-privacy-mend = At @BotFather: /setprivacy, choose the bot, Disable; then remove the bot from the group and add it again. Or make it an admin of the group.
telegram-chat-right = Group { $chat }: the bot is an admin, it sees everything, reactions too.
telegram-chat-no-admin = Group { $chat }: the bot sees messages. Make it an admin for it to see reactions too.
telegram-chat-private = Group { $chat }: the bot sees only commands.
telegram-chat-unseen = Group { $chat }: the bot is not in it ({ $why }).
telegram-chat-mend = Add the bot to the group.

## Rocket.Chat and Mattermost
server-unreachable = { $network }: the server does not answer ({ $why }).
server-unreachable-mend = Check that this machine can reach the address url.
channel-right = { $network }: the bot is in { $chat }.
channel-unseen = { $network }: the bot is not in { $chat } ({ $why }).
channel-mend = Add @{ $bot } to that channel.
mattermost-token-right = { $network }: the token is good, it is that of @{ $bot }.
mattermost-token-wrong = { $network }: Mattermost refuses the token ({ $why }).
mattermost-token-mend = Make a bot account in Mattermost (Integrations, Bot Accounts) and put its token in the configuration.
mattermost-puppets-right = { $network }: everybody will have an account of their own.
mattermost-puppets-wrong = { $network }: admin_token is not that of an administrator of the server.
mattermost-puppets-mend = Give the token of a “System Admin” account, or take admin_token out.
mattermost-overrides-right = { $network }: the bot speaks under everybody's name.
mattermost-overrides-wrong = { $network }: the server shows the bot's name only. Names will stand in bold before the messages.
mattermost-overrides-mend = For better: turn on EnablePostUsernameOverride and EnablePostIconOverride (System Console, Integrations), or give an admin_token.
mattermost-accounts-off = { $network }: the server does not let accounts be made for people. The bot will speak for them.
mattermost-accounts-mend = Turn on EnableBotAccountCreation (bot accounts) or EnableUserAccessTokens (puppets: users) in the System Console, Integrations.
mattermost-icons-off = { $network }: the server shows everybody’s name, but not their picture.
mattermost-icons-mend = Turn on EnablePostIconOverride (System Console, Integrations).
rocketchat-token-right = { $network }: the bot is known, it is @{ $bot }.
rocketchat-token-wrong = { $network }: Rocket.Chat does not know the bot ({ $why }).
rocketchat-token-mend = Check user_id and token (My Account, Personal Access Tokens), or username and password.
rocketchat-role-bot = { $network }: the bot speaks under everybody's name.
rocketchat-no-role-bot = { $network }: without the role “bot” (permission message-impersonate), names will stand in bold before the messages.
rocketchat-no-role-user = { $network }: without the role “user” (permission delete-own-message), the bot cannot take its messages back.
rocketchat-role-mend = Give the bot the role “{ $role }” (Administration, Users).

## passerelle init
init-homeserver-url = The homeserver's address, as seen from here (Enter: { $proposed }):
init-server-name = The homeserver’s name, the end of user ids (for instance example.org in @anne:example.org):
init-appservice-url = The address at which the homeserver reaches passerelle (Enter: { $proposed }):
init-telegram-token = The Telegram bot's token, from @BotFather (Enter: no Telegram):
init-rocketchat-url = The Rocket.Chat server's address (Enter: no Rocket.Chat):
init-rocketchat-user-id = The Rocket.Chat bot's id (“User ID”):
init-rocketchat-token = A personal access token of the Rocket.Chat bot:
init-mattermost-url = The Mattermost server's address (Enter: no Mattermost):
init-mattermost-token = The token of the Mattermost bot account:
init-odd-answer = That does not look like one. Once more:
init-missing = { $options } is missing, and there is no terminal to ask on.
init-exists = { $file } is there already: --force overwrites it.
init-unwritable = { $file } cannot be written: { $why }
init-no-randomness = The system gives no random numbers for the tokens: { $why }
init-no-terminal = The terminal is gone: { $why }
registration-written = Written to { $file }. Give it to the homeserver, restart the homeserver, then run passerelle check.
init-next-steps = Written. Three things are left to do:
    1. Give { $registration } to the homeserver. For Synapse, in homeserver.yaml:
    {"       "}app_service_config_files: ["{ $registration }"]
    2. Restart the homeserver.
    3. Run: passerelle --config { $config } check
    Then: passerelle --config { $config } run

## passerelle check, our own side
config-right = The configuration { $file } is good.
config-mistake = Configuration{ $line ->
        [none] {""}
       *[other] , line { $line }
    }: { $key } { $what }.
registration-right = { $file } says the same as the configuration.
registration-differs = { $file } does not say the same as the configuration: { $keys }.
registration-unreadable = { $file } cannot be read: { $why }
database-right = The database { $file } is current and can be written.
database-new = The database { $file } will be made at the first start.
database-in-use = The database { $file } is in use by a passerelle that is running.
database-newer = The database { $file } was written by a newer passerelle.
database-newer-mend = Use that newer passerelle, or the copy made before the upgrade.
database-wrong = The database { $file } cannot be used: { $why }
database-mend = Look whether passerelle may write in that folder and whether there is room left.
network-wrong = A network cannot work like this: { $why }
network-mend = Mend its configuration.
listen-in-use = The address { $address } is taken by the passerelle that is running: it is what the homeserver reaches.
listen-wrong = passerelle cannot listen on { $address }: { $why }
listen-mend = Another program is there, most likely. Stop it, or change appservice.listen.

## Rendering
not-a-message = This is no message of that network.
render-how = Give one message as JSON, as { $network ->
        [telegram] getUpdates shows it (an update, or the message alone)
        [mattermost] the WebSocket or “GET /posts/…” shows it
        [rocketchat] DDP or “chat.getMessage” shows it
       *[other] “View source” shows it in a Matrix client
    }.
render-not-json = This is not JSON (line { $line }, column { $column }). Give one message as JSON on standard input.
render-too-long = More than { $limit } MiB: give a single message.
render-nothing = Nothing of this crosses: it is a command, a bot's message, or nothing that other networks are told.
render-same = A message does not cross to the network it is from: choose two different ones.

## The configuration: what is wrong, and how to mend it
mistake-unreadable =
    { $kind ->
        [missing] does not exist
        [forbidden] may not be read by the user that runs passerelle
       *[other] cannot be read ({ $why })
    }
    .mend = write it with `passerelle init`, or name another with --config
mistake-no-keys = has no keys
    .mend = begin from config/passerelle.example.yaml
mistake-no-yaml = is no YAML ({ $why })
    .mend = indent with spaces only, and write each key once
mistake-odd = cannot be read ({ $why })
    .mend = look at config/passerelle.example.yaml
mistake-bot-prefix = begins like a ghost’s name
    .mend = choose a name that does not begin with the prefix
mistake-same-token = is the same as as_token
    .mend = make another, of 32 random characters or more
mistake-unknown-network = is not among the networks
    .mend = name one of those under networks:
mistake-linked-twice = is linked twice
    .mend = a chat is linked to one room; take it out here or there
mistake-given-twice = is given more than once
    .mend = keep one of: { $places }
mistake-unreadable-secret =
    { $kind ->
        [missing] names a file that does not exist
        [forbidden] names a file that the user who runs passerelle may not read
       *[other] names a file that cannot be read ({ $why })
    }
    .mend = look at { $file }
mistake-unknown-key-near = is no key that there is
    .mend = did you mean “{ $near }”?
mistake-unknown-key = is no key that there is
    .mend = known here: { $known }
mistake-missing = is missing
    .mend = write “{ $key }: …”
mistake-number = is a number
    .mend = put it between quotes
mistake-words = must be words
    .mend = write it on one line, between quotes
mistake-server = is no server name
    .mend = write it like exemple.fr: the part of user ids after the colon
mistake-localpart = cannot be a user’s name
    .mend = use a-z, 0-9, . _ = -
mistake-prefix = cannot begin users’ names
    .mend = use a-z, 0-9, . _ = -, and end it with _
mistake-room = is no room
    .mend = write a room’s id (!…) or alias (#…:exemple.fr), between quotes
mistake-who = is neither a user, nor a server, nor everybody
    .mend = write @anne:exemple.fr, exemple.fr or "*"
mistake-filter = is no filter
    .mend = write error, warn, info, debug or trace
mistake-url = is no address
    .mend = write it like http://127.0.0.1:8008
mistake-address = is no address to listen on
    .mend = write it like 127.0.0.1:29333
mistake-flag = must be true or false
    .mend = write true or false, without quotes
mistake-whole = is no such number
    .mend = write a number from { $least } to { $most }, without quotes
mistake-one-of = is none of those possible
    .mend = write one of: { $words }
mistake-no-chats = is empty
    .mend = name a chat, or take the link out
mistake-list = must be a list
    .mend = begin each line of it with a dash
mistake-section = must be a section
    .mend = put its keys below it, further in
mistake-empty = is empty
    .mend = write something between the quotes
mistake-example = is still the example’s
    .mend = put your own in its place
mistake-odd-signs = has a space or another odd sign in it
    .mend = copy it again
mistake-network-name = cannot be a network’s name
    .mend = use up to 32 of a-z, 0-9 and -; matrix and passerelle are taken
mistake-kind = is no kind of network we know
    .mend = write one of: { $kinds }
mistakes = The configuration { $file } is wrong:

# The command line.
cli = Keeps Telegram, Rocket.Chat and Mattermost groups reachable from Matrix while their communities move
    .config = The configuration file
cli-init = Ask what must be known, and write the configuration and the registration
    .homeserver_url = Where the homeserver’s client-server API answers
    .server_name = The homeserver’s name: the part of user ids after the colon
    .appservice_url = The address at which the homeserver reaches passerelle
    .listen = The address passerelle listens on; without it this machine only, at the port of the address above
    .language = The language of passerelle’s own words
    .registration = Where to write the registration; without it registration.yaml, beside the configuration
    .force = Overwrite what is there
cli-registration = Write the registration again from the configuration
    .output = Where to write it; without it registration.yaml, beside the configuration
    .force = Overwrite what is there
cli-check = Say line by line what is right, what is wrong, and how to mend it
    .json = For machines: a JSON array
cli-render = Show what a message becomes on another network, without asking any server; reads it as JSON from standard input
    .from = The network it is from
    .to = The network it is to go to
    .server_name = The homeserver’s name: the part of user ids after the colon
    .language = The language of passerelle’s own words
cli-run = Serve until told to stop
cli-backup = Copy the database, of a running daemon too, into a new file
    .file = The file to write
cli-dead-letters = What could not be delivered: look at it, send it again, or give it up
cli-list = List it, with why
cli-show = Show one, with what it says and what the server answered
    .id = Its number in the list
cli-replay = Try to deliver it again
    .id = The number of one in the list
    .all = All of them
cli-discard = Give it up for good
    .id = The number of one in the list
    .all = All of them
cli-key = The key { $key } of { $kind }; the example explains it
cli-one-of = {" "}[one of: { $value }]
cli-otherwise = {" "}[default: { $value }]
cli-variable = {" "}[or the variable { $value }]
cli-usage = Usage:
cli-commands = Commands
cli-command = COMMAND
cli-options = Options
cli-arguments = Arguments
cli-help = Print this help
cli-version = Print the version
cli-unknown-command = “{ $word }” is no command.{ $near ->
    [none] {""}
   *[other] {" "}Did you mean “{ $near }”?
}
cli-unknown-argument = “{ $word }” is not known here.{ $near ->
    [none] {""}
   *[other] {" "}Did you mean “{ $near }”?
}
cli-missing = { $words } is missing.
cli-no-such-value = { $word ->
    [none] “{ $argument }” needs a value.
   *[other] “{ $word }” will not do for “{ $argument }”.
}{ $known ->
    [none] {""}
   *[other] {" "}It can be: { $known }.
}
cli-not-both = “{ $word }” and “{ $other }” do not go together.
cli-more = “passerelle --help” says what there is; behind a command, “--help” says more of it.

# What keeps from starting.
store-locked = Another passerelle is running on this database already (lock: { $lock }): stop it first.
store-newer = This database was written by a newer passerelle (schema { $schema }): run that one, or restore the copy from before the upgrade.
store-older = This database was written by an older passerelle (schema { $schema }): run this one on it first with “passerelle run”, which brings it up to date.
store-unwritable = The database { $file } cannot be opened for writing: { $why }
store-unusable = The database cannot be used: { $why }
start-not-listening = Cannot listen on { $address }: { $why }. Another program may be using it; the address is the key appservice.listen of the configuration.
start-network = The network { $name } cannot work like that: { $why }
