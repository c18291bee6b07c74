# passerelle's words in English. One line a phrase; what is between { } is put in its place.

## What does not cross
not-delivered = This could not cross to { $network }:
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

## Coming and going
member-joined = { $name } joined the chat on { $network }.
member-left = { $name } left the chat on { $network }.

## Commands
help-room = I link this room to other networks ({ $networks }). Write to me:
    “!passerelle link NETWORK ID” to link,
    “!passerelle unlink NETWORK ID” to unlink,
    “!passerelle list” to see what is linked,
    “!passerelle delete” as a reply to a message to remove it everywhere.
help-chat = I link this chat to Matrix: what is written here is read there, and the other way round. To remove a message everywhere, reply “/delete” to it.
command-unknown = I do not know “{ $command }”. Write “help” to see what I can do.
no-right = This takes the right to change this room, and the hoster's permission.
try-again-later = I cannot do it right now. Try again in a few minutes.
no-such-network = I do not know that network. Those I know: { $networks }.
link-how = To link: “!passerelle link NETWORK ID”. Networks: { $networks }.
unlink-how = To unlink: “!passerelle unlink NETWORK ID”. “!passerelle list” shows the ids.
link-refused = I could not link “{ $chat }”.
linked = Linked to “{ $chat }” on { $network }. What is written on one side is read on the other.
linked-already = Already linked to “{ $chat }” on { $network }.
linked-elsewhere = “{ $chat }” on { $network } is linked to another room. Unlink it there first.
linked-here = This chat is now linked to the Matrix room “{ $room }”: what is written here is read there, and the other way round.
unlinked = “{ $chat }” on { $network } is no longer linked. What was written stays.
not-linked = “{ $chat }” on { $network } is not linked to this room.
list-title = This room is linked to:
list-line = { $chat } ({ $network } { $id })
list-empty = This room is linked to nothing. “!passerelle help” says how.
delete-how = Reply to the message to remove.
delete-unknown = I do not know that message: it is from before the link, or never crossed.
delete-no-right = Only its author and admins may remove that message.
