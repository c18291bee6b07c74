# Les mots de passerelle en français. Une ligne par phrase ; ce qui est entre { } est mis à sa place.
# Espaces : insécable avant « : » et dans les guillemets, fine insécable avant « ; », « ! » et « ? ».

## Des noms dans les phrases : « d’Anne », « qu’Anne », mais « de Bob »
of-name = { ELIDES($name) ->
        [yes] d’
       *[no] {"de "}
    }{ $name }
that-name = { ELIDES($name) ->
        [yes] qu’
       *[no] {"que "}
    }{ $name }
network-titled = { $app } « { $title } »

## Ce qui ne passe pas
not-delivered = Ceci n’a pas pu passer vers { $network } :
not-deleted = Je n’ai pas pu retirer ce message sur { $network } :
went-wrong = Une erreur de passerelle l’a empêché. L’hébergeur en trouvera la trace dans les journaux de la machine.
not-possible = Ce réseau ne permet pas cela.
not-in-chat = Le robot n’est pas dans cette discussion, ou elle n’existe pas.
no-right-to-write = Le robot n’a pas le droit d’écrire là-bas.
other-side-refused = L’autre côté a refusé : « { $detail } ».
file-too-big = { $name ->
        [none] { $kind ->
                [photo] La photo est trop lourde
                [video] La vidéo est trop lourde
                [gif] Le GIF est trop lourd
                [audio] Le son est trop lourd
                [voice] Le message vocal est trop lourd
                [sticker] L’autocollant est trop lourd
               *[file] Le fichier est trop lourd
            }
       *[other] « { $name } » est trop lourd
    }{ $size ->
        [none] {""}
       *[other] {" "}({ $size } Mo)
    } pour passer : la limite est de { $limit } Mo.
file-left-out = 📎 { $kind ->
        [photo] Photo
        [video] Vidéo
        [gif] GIF
        [audio] Son
        [voice] Message vocal
        [sticker] Autocollant
       *[file] Fichier
    }{ $name ->
        [none] {""}
       *[other] {" "}« { $name } »
    }{ $size ->
        [none] {""}
       *[other] {" "}({ $size } Mo)
    } : n’a pas pu passer.
file-unreachable = Le fichier n’a pas pu être récupéré.
out-of-reach = Je n’ai rien pu entendre de { $network } depuis le { $from }, et ce qui a plus de { $days ->
        [0] { $hours } heures
       *[days] { $days } jours
    } ne s’y trouve plus : ce qui y a été écrit jusqu’au { $to } est hors d’atteinte.
history-gone = Quelque chose a été écrit dans cette discussion, sur { $network }, pendant mon absence, et l’historique ne l’a plus : c’est hors d’atteinte.
too-much-missed = Il s’est écrit sur { $network } en mon absence plus que je ne peux aller chercher : ce qui a été écrit ici entre-temps est hors d’atteinte.
in-doubt = Ceci est peut-être arrivé sur { $network }, peut-être pas : la réponse s’est perdue. Regardez là-bas, puis écrivez « !passerelle non-remis » pour l’envoyer à nouveau ou y renoncer.
in-doubt-reason = La réponse s’est perdue : c’est peut-être déjà arrivé.
settings-unreadable = ⏸ Ce qui avait été choisi pour le lien avec « { $chat } » ({ $network }) ne peut plus être lu : il est en pause. Pour que tout passe à nouveau, écrivez « !passerelle reprendre », puis choisissez à nouveau.
unreadable = Ce qui en avait été gardé ne peut plus être lu.
answered-what-is-gone = En réponse à un message retiré
file-dropped = L’autre côté n’a pas gardé le fichier.

## Allées et venues
member-joined = { $name } a rejoint la discussion sur { $network }.
member-left = { $name } a quitté la discussion sur { $network }.
member-removed = On a retiré { $name } de la discussion sur { $network }.
member-banned = On a banni { $name } de la discussion sur { $network }.

## Commandes
help-room = Je relie ce salon à des discussions d’autres réseaux ({ $networks }). Écrivez ici :
    « { $call }relier » pour relier une discussion ;
    « { $call }délier » pour défaire un lien ;
    « { $call }liste » pour voir ce qui est relié, « { $call }canaux » pour voir les canaux d’un réseau, « { $call }créer » pour leur créer des salons ;
    « { $call }non-remis » pour voir ce qui n’a pas pu être remis ;
    « { $call }supprimer » en réponse à un message pour le retirer partout ;
    « { $call }état », « { $call }pause », « { $call }reprendre », « { $call }annonces », « { $call }fils », « { $call }limite » pour les liens ;
    « { $call }qui », « { $call }muet », « { $call }parole », « { $call }bannir », « { $call }journal » pour les personnes ;
    « { $call }nepasrelayer », « { $call }oublie-moi » pour vos propres messages.
help-chat = Je relie cette discussion à un salon Matrix : ce qui s’écrit ici s’y lit, et inversement. Un admin peut écrire :
    « { $call }relier » pour relier ;
    « { $call }délier » pour défaire le lien ;
    « { $call }liste » pour voir ce qui est relié.
    Pour retirer un message partout, répondez-lui « { $call }supprimer ». Pour que vos messages ne passent pas : « { $call }nepasrelayer ».
menu-help = Ce que je sais faire
menu-link = Relier cette discussion, avec ou sans code
menu-matrix = Donner un code pour un salon Matrix
menu-unlink = Défaire le lien
menu-list = Ce qui est relié
menu-delete = Retirer partout le message auquel vous répondez
command-unknown = Je ne connais pas « { $command } ». « { $call }aide » dit ce que je sais faire.
command-near = Je ne connais pas « { $command } ». Vouliez-vous dire « { $call }{ $near } » ?
say-yes = Écrivez « { $call }oui » pour le faire.
nothing-to-confirm = Je n’attends pas de réponse. Refaites d’abord votre demande.
no-right = Il faut avoir le droit de modifier ce salon, et la permission de l’hébergeur, pour faire cela.
no-right-there = Seuls les admins de cette discussion peuvent faire cela. Demandez à l’un d’eux de l’écrire.
try-again-later = Je n’y arrive pas pour le moment. Réessayez dans quelques minutes.
no-such-network = Je ne connais pas ce réseau. Ceux que je connais : { $networks }.

## Relier
code-given = Voici un code : { $code }. Il vaut { $minutes } minutes, une seule fois.
code-there = { $network } : ajoutez { $bot } à { $app ->
        [Telegram] votre groupe
       *[other] votre canal
    }, puis un de ses admins y écrit « { $call }relier { $code } »
code-in-room = dans votre salon Matrix : invitez { $bot }, puis écrivez-y « { $call }relier { $code } »
code-wrong = Ce code n’est pas bon : il a déjà servi, il est trop vieux, ou il y a une faute. Demandez-en un autre avec « { $call }relier », de l’un ou l’autre côté.
code-too-many = Trop de codes faux. Attendez un quart d’heure.
code-of-room = Ce code vient d’un salon Matrix. Il s’écrit dans la discussion à relier, pas ici.
code-of-chat = Ce code vient d’une autre discussion. Il s’écrit dans le salon Matrix à relier, pas ici.
code-void = { $who }, qui a demandé ce code, n’a plus le droit de relier là-bas.
link-how = Pour relier, écrivez « { $call }relier » : je donne un code à écrire de l’autre côté. Ou « { $call }relier CODE » avec un code reçu de l’autre côté.
link-by-code = Pour relier une discussion par son identifiant, il faut être hébergeur. Écrivez « { $call }relier » : je donne un code qu’un admin de la discussion écrira là-bas.
link-encrypted = 🔒 Cette discussion est chiffrée : je ne peux pas la lire, elle ne peut pas être reliée. Créez-en une sans chiffrement, et reliez celle-là.
link-direct = Ici nous ne sommes que deux. Écrivez ce message dans le groupe ou le canal à relier.
link-refused = Je n’ai pas pu relier « { $chat } ».
linked = C’est relié à « { $chat } » sur { $network }, par { $who }. Ce qui s’écrit d’un côté se lit de l’autre.
linked-noted = Les membres des deux côtés se lisent désormais, avec leurs noms et leurs photos. Ce salon ne devient pas plus public.
linked-marked = Plusieurs canaux sont réunis dans ce salon : ce qui vient de celui-ci y commence par « [{ $mark }] ».
linked-already = C’est déjà relié à « { $chat } » sur { $network }.
linked-elsewhere = « { $chat } » sur { $network } est déjà relié à un autre salon. Déliez-le d’abord là-bas.
linked-here = Cette discussion est maintenant reliée au salon Matrix « { $room } », par { $who } : ce qui s’écrit ici s’y lit, et inversement.
linked-noted-here = Les membres du salon lisent désormais ce que vous écrivez, avec votre nom et votre photo. Pour que vos messages ne passent pas : « { $call }nepasrelayer ».
unlink-which = Plusieurs discussions sont reliées à ce salon. Laquelle ? « { $call }liste » les donne ; puis « { $call }délier » avec son nom.
unlink-sure = Défaire le lien avec « { $chat } » sur { $network } ? Ce qui a été écrit reste, et « { $call }annuler » le rétablit pendant un jour. Les personnes de l’autre côté restent dans la liste des membres ; « { $call }oui départ » les en fait aussi partir.
unlinked = « { $chat } » sur { $network } n’est plus relié. Ce qui a été écrit reste.
unlinked-leaving = Les personnes que je montrais de part et d’autre s’en vont, sans que personne soit exclu.
unlinked-by = { $who } a défait le lien de « { $chat } » ({ $network }). Ce qui a été écrit reste.
nothing-to-undo = Aucun lien n’a été défait ici depuis un jour.
not-linked = « { $chat } » n’est pas relié ici.
list-title = C’est relié à :
list-line = { $chat } ({ $network } { $id })
list-empty = Ceci n’est relié à rien pour l’instant. « { $call }relier » donne un code pour le relier.
delete-how = Répondez au message à retirer.
delete-unknown = Je ne connais pas ce message : il date d’avant le lien, ou n’a jamais passé.
delete-no-right = Seuls son auteur et les admins peuvent retirer ce message.

## Les canaux d’un réseau
channels-how = De quel réseau ? Écrivez « { $call }canaux » suivi de son nom : { $networks }.
only-in-room = Cela se demande sur Matrix : dans un salon, ou en message direct au robot.
channels-title = { $first ->
        [0] Je ne vois aucun canal sur { $network }.
       *[other] Canaux de { $network }, { $first } à { $last } sur { $count }, les plus actifs d’abord :
    }
channels-not-told = { $network } ne dit pas à un robot dans quels groupes il est. Voici ceux où l’on m’a ajouté, autant que je m’en souvienne ; pour un autre, ajoutez-moi d’abord.
channel-line = { $address }{ $name ->
        [none] {""}
       *[other] {" "}« { $name } »
    }{ $access ->
        [public] {""}
       *[other] , privé
    }{ $members ->
        [none] {""}
        [one] , { $members } membre
       *[other] , { $members } membres
    }{ $link ->
        [none] {""}
        [here] , ✅ relié à ce salon
       *[elsewhere] , ✅ déjà relié{ $room ->
                [none] {""}
               *[other] {" "}à « { $room } »
            }
    }
channel-active = dernier message
channels-hidden = { $count ->
        [one] Un canal privé n’est pas montré : un de ses admins le relie depuis là-bas, avec un code.
       *[other] { $count } canaux privés ne sont pas montrés : leurs admins les relient depuis là-bas, avec un code.
    }
channels-more = La suite : « { $call }canaux { $next } ».
open-how = Pour créer des salons, écrivez « { $call }créer », le réseau ({ $networks }), puis les canaux, vingt au plus, avec « # » : « { $call }canaux » les montre.
open-code = Voici un code : { $code }. Il vaut { $minutes } minutes.
    Un admin de ces canaux ({ $chats }) écrit sur { $network }, dans l’un d’eux ou en message privé à { $bot } : « { $call }relier { $code } ».
    Les salons sont alors créés, et vous y êtes invité, avec les autres animateurs de ce salon.
open-other-network = Ce code vaut pour { $network } : il s’y écrit, pas ici.
open-agreed = { $who } a donné son accord sur { $network } :
open-unknown = { $chat } : je ne vois pas ce canal, ou plusieurs portent ce nom. S’il est privé, ajoutez-y d’abord le robot.
open-not-yours = { $chat } : je ne vois pas ce canal, ou vous n’en êtes pas admin. S’il est privé, ajoutez-y d’abord le robot.
open-refused = { $chat } : le salon n’a pas pu être créé.
born-encrypted = Le serveur Matrix chiffre de lui-même les nouveaux salons, et je ne peux pas lire ce qui est chiffré. Créez ce salon vous-même, sans chiffrement, et reliez-le ; ou demandez à votre hébergeur de mettre « encryption_enabled_by_default_for_room_type: off » dans homeserver.yaml.
open-later = { $chat } : je n’y arrive pas pour le moment. Refaites la même demande dans quelques minutes, je reprendrai où j’en suis.
open-encrypted = { $chat } : ce canal est chiffré, je ne peux pas le lire.
open-already = { $chat } a déjà un salon.
opened = { $chat } : ✅ le salon « { $room } » est créé et relié. L’invitation est dans votre messagerie Matrix, avec celle de l’espace qui réunit ces salons.
merge-how = Pour réunir plusieurs canaux dans ce salon, écrivez « { $call }réunir », le réseau ({ $networks }), puis deux canaux au moins, avec « # ».
merge-code = Voici un code : { $code }. Il vaut { $minutes } minutes.
    Un admin de ces canaux ({ $chats }) écrit sur { $network }, dans l’un d’eux ou en message privé à { $bot } : « { $call }relier { $code } ».
    Je lui demande s’il est sûr, puis leurs membres se lisent tous dans ce salon.
merge-sure = Réunir { $chats } ? Les membres de ces { $count } canaux et du salon se liront tous les uns les autres.{ $private ->
        [none] {""}
       *[other] {" "}⚠ Privé jusqu’ici : { $private }. Ce qui s’y écrira sera lu hors de ses membres.
    }
merge-noted = Sont réunis dans ce salon : { $chats }. Leurs membres se lisent tous, et chaque message dit d’où il vient.
merge-refused = { $chat } : n’a pas pu être réuni.
merge-elsewhere = { $chat } est déjà relié à un autre salon. Déliez-le d’abord là-bas.
merged = { $chat } : ✅ réuni dans ce salon. Ses messages commencent par « [{ $mark }] ».

## En message direct
hello-talk = Bonjour ! Je relie des salons Matrix à des discussions d’autres réseaux ({ $networks }).
    Écrivez ici, simplement : « relier », « état », « canaux »… « aide » dit tout ce que je sais faire.
help-talk = Je relie des salons Matrix à des discussions d’autres réseaux ({ $networks }). Écrivez ici, simplement :
    « relier », « délier », « annuler », « liste » pour les liens d’un salon ;
    « canaux » pour voir les canaux d’un réseau, « créer » pour leur créer des salons ;
    « état », « pause », « reprendre », « annonces », « deux-sens » pour régler ;
    « qui », « muet », « parole », « journal », « non-remis » pour suivre ;
    « nepasrelayer », « oublie-moi » pour vos propres messages.
    Je demande de quel salon il s’agit, ou vous ajoutez son nom : « état Le jardin ». Dans un salon, ces mots suivent « !passerelle ».
talk-encrypted = 🔒 Cette conversation est chiffrée : je ne peux pas vous lire. Ouvrez-en une sans chiffrement, ou écrivez « !passerelle » dans un salon non chiffré.
talk-which = Pour quel salon ? Répondez par son numéro, ou refaites la demande avec son nom :
talk-no-room = Je ne vous vois dans aucun salon où je suis aussi et que vous avez le droit de modifier. Invitez d’abord { $bot } dans le vôtre.
talk-about = « { $room } » :

## Ce qui n’a pas pu être remis
dead-letters-none = Tout a été remis : il n’y a rien ici.
dead-letters-title = { $count ->
        [one] Un message n’a pas pu être remis :
       *[other] { $count } messages n’ont pas pu être remis :
    }
dead-letter = N° { $id }, { $when } : { $kind ->
        [message] message
        [edit] modification
        [delete] retrait
        [reaction] réaction
       *[other] événement
    } { of-name } ({ $source }) vers { $network }.
dead-letters-how = « !passerelle non-remis voir NUMÉRO » montre ce qui était écrit, « !passerelle renvoyer NUMÉRO » (ou « tout ») l’envoie à nouveau, « !passerelle abandonner NUMÉRO » (ou « tout ») y renonce pour de bon.
dead-letters-replayed = { $count ->
        [0] Il n’y a rien de tel à envoyer à nouveau.
        [one] Un message est envoyé à nouveau.
       *[other] { $count } messages sont envoyés à nouveau.
    }
dead-letters-discarded = { $count ->
        [0] Il n’y a rien de tel à abandonner.
        [one] Un message est abandonné.
       *[other] { $count } messages sont abandonnés.
    }
dead-letter-unknown = Il n’y a pas de message non remis n° { $id } : « passerelle dead-letters list » montre ceux qu’il y a.
backup-exists = Il y a déjà un fichier de ce nom, et une copie n’écrase rien : donnez un autre nom.
backup-unwritable = La copie ne peut pas être écrite là : { $why }.
backup-written = La copie de la base de données est dans { $file }.

## Ce que l’on choisit, ce que l’on voit
menu-status = Si tout marche, et ce qui attend
menu-pause = Suspendre le lien
menu-resume = Reprendre
menu-who = Qui écrit de chaque côté
menu-mute = Ne plus relayer quelqu’un
menu-optout = Ne pas relayer mes messages
menu-forget = Retirer partout ailleurs ce que j’ai écrit
ago = { $unit ->
        [now] à l’instant
        [minutes] { $n ->
                [one] il y a { $n } minute
               *[other] il y a { $n } minutes
            }
        [hours] { $n ->
                [one] il y a { $n } heure
               *[other] il y a { $n } heures
            }
       *[days] { $n ->
                [one] il y a { $n } jour
               *[other] il y a { $n } jours
            }
    }
date = { $day ->
        [1] 1er
       *[other] { $day }
    } { $month ->
        [1] janvier
        [2] février
        [3] mars
        [4] avril
        [5] mai
        [6] juin
        [7] juillet
        [8] août
        [9] septembre
        [10] octobre
        [11] novembre
       *[12] décembre
    } { $year } à { $hour } h { $minute } (heure UTC)
status-line = « { $chat } » ({ $network }) : { $state ->
        [away] 🚪 le robot n’y est plus, ou la discussion est archivée
        [paused] ⏸ en pause
        [late] ⚠ ne répond pas en ce moment, je réessaie
        [one-way] ✅ marche, annonces seulement
       *[works] ✅ marche
    }, { $waiting ->
        [0] rien n’attend
        [one] { $waiting } message attend
       *[other] { $waiting } messages attendent
    }.
status-since = Relié
status-error = Dernier souci :
paused = ⏸ { $who } a mis en pause le lien avec « { $chat } » ({ $network }). Ce qui s’écrit pendant la pause ne passera pas.
resumed = ▶ { $who } a repris le lien avec « { $chat } » ({ $network }). Ce qui s’écrit passe de nouveau.
one-way = { $who } a choisi les annonces seules : ce qui s’écrit dans le salon se lit dans « { $chat } » ({ $network }), et pas l’inverse.
both-ways = { $who } a rétabli les deux sens avec « { $chat } » ({ $network }).
threads-how = Écrivez « { $call }fils auto », « { $call }fils fils » ou « { $call }fils réponses » : les fils restent comme chaque côté les a, toute réponse ouvre un fil, ou les fils deviennent des réponses.
threads-chosen = { $who } a choisi pour « { $chat } » ({ $network }) : { $manner ->
        [threads] toute réponse ouvre un fil, là où il y en a
        [replies] les fils deviennent des réponses
       *[automatic] les fils restent des fils là où il y en a
    }.
limit-how = Écrivez « { $call }limite 20 » pour que les fichiers de plus de 20 Mo ne passent pas, ou « { $call }limite aucune ».
limit-chosen = { $who } a choisi pour « { $chat } » ({ $network }) : les fichiers de plus de { $limit } Mo ne passent pas.
limit-none = { $who } a retiré la limite de « { $chat } » ({ $network }) : les fichiers passent, aussi lourds que les deux côtés les prennent.
titles-how = Écrivez « { $call }titres garder » pour que chaque côté garde son nom, son sujet et son image, ou « { $call }titres suivre » pour qu’un changement passe de l’un à l’autre.
titles-kept = { $who } a choisi pour « { $chat } » ({ $network }) : chaque côté garde son nom, son sujet et son image.
titles-followed = { $who } a choisi pour « { $chat } » ({ $network }) : le nom, le sujet et l’image changent des deux côtés.
language-how = Écrivez « { $call }langue fr » ou « { $call }langue en ».
language-chosen = Je parlerai français ici.
who-matrix = Sur Matrix, « { $chat } » : { $count ->
        [0] personne n’a encore écrit.
        [one] { $count } personne a écrit.
       *[other] { $count } personnes ont écrit.
    }
who-there = Sur { $network }, « { $chat } » : { $count ->
        [0] personne n’a encore écrit.
        [one] { $count } personne a écrit, { $only ->
                [0] et peut-être déjà sur Matrix aussi.
               *[other] et pas encore sur Matrix :
            }
       *[other] { $count } personnes ont écrit, { $only ->
                [0] toutes peut-être déjà sur Matrix aussi.
                [one] dont { $only } pas encore sur Matrix :
               *[other] dont { $only } pas encore sur Matrix :
            }
    }
who-maybe = Peut-être déjà sur Matrix, d’après le nom : { $names }.
who-more = … et { $count } de plus.
who-note = Je ne connais que les personnes qui ont écrit depuis le lien, et je ne les reconnais d’un réseau à l’autre que par leur nom : c’est un indice, pas une preuve.
log-empty = Rien à raconter : aucun acte d’animation pour l’instant.
hello-room = Bonjour ! Je relie des discussions d’autres réseaux à ce salon.
    Écrivez « { $call }relier » : je donne un code, et je dis quoi en faire.
hello-chat = Bonjour ! Je peux relier cette discussion à un salon Matrix.
    Un admin d’ici écrit « { $call }relier », avec le code reçu dans le salon, ou sans code pour en recevoir un.
bot-gone = Le robot n’est plus dans « { $chat } » ({ $network }), ou la discussion a été supprimée : rien ne passe plus entre elle et les autres. Ajoutez-le de nouveau et cela reprendra, ou défaites le lien.
bot-back = Le robot est de nouveau dans « { $chat } » ({ $network }) : ce qui s’écrit passe de nouveau. { $missed ->
        [all] Ce qui y a été écrit depuis le { $from } suit.
        [last] Il s’y est beaucoup écrit depuis le { $from } : seule la fin suit.
       *[none] Ce qui y a été écrit depuis le { $from } n’est pas passé.
    }
now-encrypted = 🔒 « { $chat } » est maintenant chiffré : je ne peux plus le lire, et le lien est en pause. Il faut relier un nouveau salon, sans chiffrement.
now-encrypted-here = 🔒 Ce salon est maintenant chiffré : je ne peux plus le lire, et le lien est en pause. Le chiffrement ne se retire pas : créez un nouveau salon sans chiffrement, et reliez-le.

## Animer
mute-how = Répondez à un message de la personne, ou écrivez son nom comme « { $call }qui » le donne.
mute-self = C’est vous. Pour que vos messages ne passent pas : « { $call }nepasrelayer ».
stopped = { $scope ->
        [everywhere] Ce { that-name } écrit ne se lira plus que sur { $network }, où rien ne change. « { $call }parole { $name } » le rétablit ; « { $call }bannir { $name } » l’exclut aussi là-bas.
       *[here] Ce { that-name } écrit ne se lira plus ici. Sur { $network }, rien ne change. « { $call }parole { $name } » le rétablit.
    }
stopped-not-banned = Ce { that-name } écrit ne se lira plus nulle part ailleurs que sur { $network }. Je n’ai pas le droit de bannir là-bas : c’est à un admin de cette discussion de le faire.
banned = Ce { that-name } écrit ne se lira plus ici, et j’ai aussi banni { $name } de la discussion sur { $network }. Pour un retour, un admin lève le bannissement là-bas, puis « { $call }parole { $name } » ici.
banned-may-return = Ce { that-name } écrit ne se lira plus ici, et j’ai aussi exclu { $name } de la discussion sur { $network }. Elle est publique : un retour là-bas reste possible, sans être relayé.
ban-sure = Bannir { $name } ({ $network }) ? { $scope ->
        [everywhere] Ses mots ne passeront plus, et je l’exclus aussi là-bas si j’en ai le droit.
       *[here] Ses mots ne se liront plus ici. Pour l’exclure aussi là-bas, il faut le demander dans le salon Matrix.
    }
ban-own-side = { $name } écrit ici même, sur { $network } : bannissez avec les moyens de { $network }.
muted = Ce { that-name } écrit ne se lira plus { $scope ->
        [everywhere] nulle part ailleurs
       *[here] ici
    }. « { $call }parole » le rétablit.
unmuted = Ce { that-name } écrit passe de nouveau.
readmitted = Le bannissement { of-name } est levé ici : ce { that-name } écrit passe de nouveau. Si je l’ai aussi exclu de la discussion sur { $network }, c’est à un admin de là-bas d’y mettre fin.
act-linked = { $who } a relié « { $chat } » ({ $network }).
act-relinked = { $who } a rétabli le lien avec « { $chat } » ({ $network }).
act-deleted = { $who ->
        [none] Sur { $network }, un message { of-name } a été retiré.
       *[other] { $who } ({ $network }) a retiré un message { of-name }.
    }
act-muted = { $who } ({ $network }) a fait taire { $name }.
act-unmuted = { $who } ({ $network }) a rendu la parole à { $name }.
act-banned = { $who } ({ $network }) a banni { $name }.

## Ses propres mots
private = C’est noté : vos messages ne passent plus. Les autres voient seulement que quelqu’un a écrit. « { $call }relayer » le rétablit.
not-private = C’est noté : vos messages passent de nouveau.
said-in-private = Quelqu’un qui ne souhaite pas être relayé a écrit de l’autre côté.
forget-sure = Retirer des autres côtés tout ce que vous avez écrit ici ? Cela ne s’annule pas. Ici vos messages restent.
forgetting = { $count ->
        [0] Rien de ce que vous avez écrit n’est ailleurs.
        [one] Je retire { $count } message des autres côtés. Je vous dirai ce qui n’a pas pu l’être.
       *[other] Je retire { $count } messages des autres côtés. Je vous dirai ce qui n’a pas pu l’être.
    }
forgotten = « { $chat } » ({ $network }) : { $left ->
        [0] tout est retiré.
        [one] il reste { $left } message que ce réseau ne laisse pas retirer.
       *[other] il reste { $left } messages que ce réseau ne laisse pas retirer.
    }

## Le côté Matrix
not-in-room = Le robot n’est pas dans ce salon Matrix. Invitez-le d’abord.
bot-cannot-invite = Dans ce salon Matrix, le robot n’a pas le droit d’inviter. Donnez-lui ce droit, ou rendez le salon public.
upgrade-not-linked = Ce salon a été remplacé par un autre qui ne dit pas venir de lui. Reliez le nouveau salon.
encrypted-refused = La discussion là-bas est chiffrée : le robot ne peut pas y écrire.
no-right-to-delete = Le robot n’a pas le droit de retirer ce message là-bas. Un admin peut le faire.
no-right-to-edit = Le robot n’a pas le droit de changer ce message là-bas.
too-late-to-edit = Il est trop tard pour changer ce message là-bas.

## Ce qui n'existe pas ailleurs
encrypted-message = 🔒 Message chiffré : il ne peut être lu que sur Matrix.
unknown-message = Un message d’une sorte qui ne passe pas encore.
poll = 📊 Sondage : { $question }
poll-votes = 📊 Votes :
poll-votes-elsewhere = 📊 Votes venus d’ailleurs :
poll-result = 📊 Le sondage est terminé. Résultat :
poll-answer = { $answer } : { $votes }
message-pinned = 📌 Message épinglé{ $name ->
        [none] {""}
       *[other] {" "}par { $name }
    }.
message-unpinned = 📌 Ce message n’est plus épinglé.
location = 📍 { $place }
live-location = 📍 Position partagée en direct
live-location-over = 📍 La position partagée en direct ne l’est plus.
live-location-ended = 📍 Position partagée en direct, terminée : la dernière
venue = 📍 { $title }, { $address }
contact = 👤 Contact : { $name }
dice = { $emoji } { $value }
game = 🎮 Jeu : { $title }
story = Une story, visible seulement sur Telegram.
checklist = ☑️ Liste : { $title }
paid-media = Un contenu payant, visible seulement sur Telegram.
forwarded-from = Transféré { of-name } :
topic = Sujet : { $name }
topic-unnamed = Un sujet de discussion
topic-renamed = Le sujet s’appelle maintenant « { $name } ».
topic-closed = Le sujet est fermé.
topic-reopened = Le sujet est rouvert.
chat-renamed = La discussion s’appelle maintenant « { $name } ».
chat-picture-changed = La discussion a une nouvelle image.
chat-picture-removed = La discussion n’a plus d’image.
pinned = 📌 Message épinglé : { $excerpt }
video-chat = 📞 Une conversation vidéo, sur Telegram seulement.
auto-delete-changed = Sur Telegram, le délai d’effacement des messages a changé. Ici ils restent.
chat-topic-changed = Le sujet de la discussion est maintenant : { $topic }
chat-topic-removed = La discussion n’a plus de sujet affiché.
chat-archived = La discussion a été archivée : on ne peut plus y écrire.
now-archived = « { $chat } » ({ $network }) a été archivée : on ne peut plus y écrire, et rien ne passe plus. Cela reprendra si elle est rouverte.
archive-opened = « { $chat } » ({ $network }) est rouverte : ce qui s’écrit passe de nouveau.
chat-privacy-changed = La discussion est devenue privée, ou publique.
chat-read-only = Seules certaines personnes peuvent maintenant écrire dans la discussion d’origine.
chat-writable = Tout le monde peut de nouveau écrire dans la discussion d’origine.
discussion-created = 💬 Une discussion à part a été ouverte : { $name }
video-call = 📞 Un appel vidéo a commencé, là-bas seulement.
encrypted-there = 🔒 La discussion sur { $network } est chiffrée : je ne peux pas la lire, et ce qui s’y écrit ne passe pas. Un admin peut y désactiver le chiffrement.

## passerelle check
homeserver-answers = Le serveur Matrix répond (version { $version }).
homeserver-unreachable = Le serveur Matrix ne répond pas : { $why }
homeserver-unreachable-mend = Vérifiez homeserver.url dans la configuration, et que le serveur est démarré.
as-token-right = Le serveur Matrix reconnaît notre as_token, comme { $bot }.
as-token-wrong = Le serveur Matrix refuse notre as_token : { $why }
as-token-of-another = Notre as_token est celui de { $who }, pas de { $bot }.
registration-mend = Écrivez à nouveau registration.yaml (passerelle registration), donnez-le au serveur Matrix et redémarrez celui-ci.
namespace-right = Les utilisateurs comme { $ghost } sont à nous.
namespace-wrong = Le serveur Matrix ne nous laisse pas parler comme { $ghost } : { $why }
ping-arrives = Le serveur Matrix nous atteint.
ping-arrives-elsewhere = Le serveur Matrix atteint un passerelle qui tourne déjà, et celui-ci reconnaît son jeton.
ping-lost = Le serveur Matrix ne nous atteint pas : { $why }
ping-lost-mend = Vérifiez appservice.url (l’adresse vue du serveur Matrix), appservice.listen et le pare-feu.
ping-no-url = Le serveur Matrix n’a pas d’adresse pour nous : { $why }
ping-other-id = Le serveur Matrix nous connaît sous un autre nom : { $why }
ping-bad-status = Ce que le serveur Matrix atteint n’est pas nous : { $why }
ping-bad-status-mend = Un autre programme répond à appservice.url : changez l’adresse, puis passerelle registration.
hs-token-right = Le serveur Matrix connaît notre hs_token.
hs-token-wrong = Le serveur Matrix nous parle avec un autre hs_token que le nôtre.

## Telegram
cannot-delete-on-telegram = Telegram ne laisse pas le robot retirer ce message : il a plus de 48 heures, ou le robot n’est pas admin du groupe.
telegram-token-right = { $network } : le jeton est bon, c’est celui de @{ $bot }.
telegram-token-wrong = { $network } : Telegram refuse le jeton ({ $why }).
telegram-token-mend = Demandez à @BotFather le jeton du robot et mettez-le dans la configuration.
telegram-unreachable = { $network } : Telegram ne répond pas ({ $why }).
telegram-unreachable-mend = Vérifiez que cette machine peut joindre api.telegram.org, ou l’adresse donnée par api_url.
telegram-privacy-off = Le robot voit tous les messages des groupes.
telegram-privacy-on = Le robot ne voit que les commandes : son mode privé est activé.
telegram-privacy-mend = Chez @BotFather : /setprivacy, choisissez le robot, Disable ; puis retirez le robot du groupe et ajoutez-le à nouveau. Ou nommez-le admin du groupe.
telegram-chat-right = Groupe { $chat } : le robot est admin, il voit tout, même les réactions.
telegram-chat-no-admin = Groupe { $chat } : le robot voit les messages. Nommez-le admin pour qu’il voie aussi les réactions.
telegram-chat-private = Groupe { $chat } : le robot ne voit que les commandes.
telegram-chat-unseen = Groupe { $chat } : le robot n’y est pas ({ $why }).
telegram-chat-mend = Ajoutez le robot au groupe.

## Rocket.Chat et Mattermost
server-unreachable = { $network } : le serveur ne répond pas ({ $why }).
server-unreachable-mend = Vérifiez que cette machine peut joindre l’adresse url.
channel-right = { $network } : le robot est dans { $chat }.
channel-unseen = { $network } : le robot n’est pas dans { $chat } ({ $why }).
channel-mend = Ajoutez @{ $bot } à ce canal.
mattermost-token-right = { $network } : le jeton est bon, c’est celui de @{ $bot }.
mattermost-token-wrong = { $network } : Mattermost refuse le jeton ({ $why }).
mattermost-token-mend = Créez un compte robot dans Mattermost (Intégrations, Comptes robots) et mettez son jeton dans la configuration.
mattermost-puppets-right = { $network } : chaque personne aura son propre compte.
mattermost-puppets-wrong = { $network } : admin_token n’est pas celui d’un administrateur du serveur.
mattermost-puppets-mend = Donnez le jeton d’un compte « System Admin », ou retirez admin_token.
mattermost-overrides-right = { $network } : le robot parle sous le nom de chacun.
mattermost-overrides-wrong = { $network } : le serveur ne montre que le nom du robot. Les noms seront en gras devant les messages.
mattermost-overrides-mend = Pour mieux : activez EnablePostUsernameOverride et EnablePostIconOverride (Console système, Intégrations), ou donnez un admin_token.
mattermost-accounts-off = { $network } : le serveur ne permet pas de créer les comptes des personnes. Le robot parlera pour elles.
mattermost-accounts-mend = Activez EnableBotAccountCreation (comptes robots) ou EnableUserAccessTokens (puppets: users) dans la Console système, Intégrations.
mattermost-icons-off = { $network } : le serveur montre le nom de chacun, mais pas son image.
mattermost-icons-mend = Activez EnablePostIconOverride (Console système, Intégrations).
rocketchat-token-right = { $network } : le robot est connu, c’est @{ $bot }.
rocketchat-token-wrong = { $network } : Rocket.Chat ne reconnaît pas le robot ({ $why }).
rocketchat-token-mend = Vérifiez user_id et token (Mon compte, Jetons d’accès personnels), ou username et password.
rocketchat-role-bot = { $network } : le robot parle sous le nom de chacun.
rocketchat-no-role-bot = { $network } : sans le rôle « bot » (permission message-impersonate), les noms seront en gras devant les messages.
rocketchat-no-role-user = { $network } : sans le rôle « user » (permission delete-own-message), le robot ne peut pas retirer ses messages.
rocketchat-role-mend = Donnez au robot le rôle « { $role } » (Administration, Utilisateurs).

## passerelle init
init-homeserver-url = Adresse du serveur Matrix, vue d’ici (Entrée : { $proposed }) :
init-server-name = Nom du serveur Matrix, la fin des identifiants (par exemple exemple.fr dans @anne:exemple.fr) :
init-appservice-url = Adresse à laquelle le serveur Matrix atteint passerelle (Entrée : { $proposed }) :
init-telegram-token = Jeton du robot Telegram, donné par @BotFather (Entrée : pas de Telegram) :
init-rocketchat-url = Adresse du serveur Rocket.Chat (Entrée : pas de Rocket.Chat) :
init-rocketchat-user-id = Identifiant du robot Rocket.Chat (« User ID ») :
init-rocketchat-token = Jeton d’accès personnel du robot Rocket.Chat :
init-mattermost-url = Adresse du serveur Mattermost (Entrée : pas de Mattermost) :
init-mattermost-token = Jeton du compte robot Mattermost :
init-odd-answer = Cela n’y ressemble pas. Encore une fois :
init-missing = Il manque { $options }, et il n’y a pas de terminal où le demander.
init-exists = { $file } existe déjà : --force l’écrase.
init-unwritable = { $file } ne peut pas être écrit : { $why }
init-no-randomness = Le système ne donne pas de hasard pour les jetons : { $why }
init-no-terminal = Le terminal ne répond plus : { $why }
registration-written = C’est écrit dans { $file }. Donnez-le au serveur Matrix, redémarrez celui-ci, puis lancez passerelle check.
init-next-steps = C’est écrit. Il reste trois choses à faire :
    1. Donnez { $registration } au serveur Matrix. Pour Synapse, dans homeserver.yaml :
    {"       "}app_service_config_files: ["{ $registration }"]
    2. Redémarrez le serveur Matrix.
    3. Lancez : passerelle --config { $config } check
    Puis : passerelle --config { $config } run

## passerelle check, chez nous
config-right = La configuration { $file } est bonne.
config-mistake = Configuration{ $line ->
        [none] {""}
       *[other] , ligne { $line }
    } : { $key } { $what }.
registration-right = { $file } dit la même chose que la configuration.
registration-differs = { $file } ne dit pas la même chose que la configuration : { $keys }.
registration-unreadable = { $file } ne peut pas être lu : { $why }
database-right = La base de données { $file } est à jour et peut être écrite.
database-new = La base de données { $file } sera créée au premier démarrage.
database-in-use = La base de données { $file } est utilisée par un passerelle qui tourne.
database-newer = La base de données { $file } a été écrite par un passerelle plus récent.
database-newer-mend = Utilisez ce passerelle plus récent, ou la copie faite avant la mise à jour.
database-wrong = La base de données { $file } ne peut pas être utilisée : { $why }
database-mend = Vérifiez que passerelle peut écrire dans ce dossier et qu’il reste de la place.
network-wrong = Un réseau ne peut pas marcher ainsi : { $why }
network-mend = Corrigez sa configuration.
listen-in-use = L’adresse { $address } est prise par le passerelle qui tourne : c’est lui que le serveur Matrix atteint.
listen-wrong = passerelle ne peut pas écouter sur { $address } : { $why }
listen-mend = Un autre programme y est, sans doute. Arrêtez-le, ou changez appservice.listen.

## Rendu
not-a-message = Ce n’est pas un message de ce réseau.
render-how = Donnez un seul message en JSON, tel que { $network ->
        [telegram] getUpdates le montre (une mise à jour, ou le message seul)
        [mattermost] le WebSocket ou « GET /posts/… » le montre
        [rocketchat] DDP ou « chat.getMessage » le montre
       *[other] « Voir la source » le montre dans un client Matrix
    }.
render-not-json = Ce n’est pas du JSON (ligne { $line }, colonne { $column }). Donnez un seul message en JSON sur l’entrée standard.
render-too-long = Plus de { $limit } Mio : donnez un seul message.
render-nothing = Rien de cela ne traverse : c’est une commande, le message d’un bot, ou rien que l’on dise aux autres réseaux.
render-same = Un message ne traverse pas vers le réseau d’où il vient : choisissez-en deux différents.

## La configuration : ce qui ne va pas, et comment y remédier
mistake-unreadable =
    { $kind ->
        [missing] n’existe pas
        [forbidden] n’est pas lisible par l’utilisateur qui lance passerelle
       *[other] ne peut pas être lu ({ $why })
    }
    .mend = écrivez-le avec « passerelle init », ou nommez-en un autre avec --config
mistake-no-keys = ne contient aucune clé
    .mend = partez de config/passerelle.example.yaml
mistake-no-yaml = n’est pas du YAML ({ $why })
    .mend = indentez avec des espaces seulement, et n’écrivez chaque clé qu’une fois
mistake-odd = ne peut pas être lu ({ $why })
    .mend = regardez config/passerelle.example.yaml
mistake-bot-prefix = commence comme le nom d’un fantôme
    .mend = choisissez un nom qui ne commence pas par le préfixe (prefix)
mistake-same-token = est le même que as_token
    .mend = faites-en un autre, de 32 caractères au hasard ou plus
mistake-unknown-network = n’est pas parmi les réseaux
    .mend = nommez un de ceux qui sont sous networks:
mistake-linked-twice = est relié deux fois
    .mend = une discussion est reliée à un seul salon : retirez-la d’ici, ou de l’autre endroit
mistake-given-twice = est donné plus d’une fois
    .mend = n’en gardez qu’un : { $places }
mistake-unreadable-secret =
    { $kind ->
        [missing] nomme un fichier qui n’existe pas
        [forbidden] nomme un fichier qui n’est pas lisible par l’utilisateur qui lance passerelle
       *[other] nomme un fichier qui ne peut pas être lu ({ $why })
    }
    .mend = regardez { $file }
mistake-unknown-key-near = est une clé qui n’existe pas
    .mend = vouliez-vous dire « { $near } » ?
mistake-unknown-key = est une clé qui n’existe pas
    .mend = celles que l’on connaît ici : { $known }
mistake-missing = manque
    .mend = écrivez « { $key }: … »
mistake-number = est un nombre
    .mend = mettez-le entre guillemets
mistake-words = doit être du texte
    .mend = écrivez-le sur une ligne, entre guillemets
mistake-server = n’est pas un nom de serveur
    .mend = écrivez-le comme exemple.fr, ce qui suit les deux-points dans les identifiants
mistake-localpart = ne peut pas être le nom d’un utilisateur
    .mend = employez a-z, 0-9, . _ = -
mistake-prefix = ne peut pas commencer les noms d’utilisateurs
    .mend = employez a-z, 0-9, . _ = -, et finissez par _
mistake-room = n’est pas un salon
    .mend = écrivez l’identifiant (!…) ou l’alias (#…:exemple.fr) d’un salon, entre guillemets
mistake-who = n’est ni quelqu’un, ni un serveur, ni tout le monde
    .mend = écrivez @anne:exemple.fr, exemple.fr ou "*"
mistake-filter = n’est pas un filtre
    .mend = écrivez error, warn, info, debug ou trace
mistake-url = n’est pas une adresse
    .mend = écrivez-la comme http://127.0.0.1:8008
mistake-address = n’est pas une adresse où écouter
    .mend = écrivez-la comme 127.0.0.1:29333
mistake-flag = doit être true (oui) ou false (non)
    .mend = écrivez true ou false, sans guillemets
mistake-whole = n’est pas un nombre possible
    .mend = écrivez un nombre de { $least } à { $most }, sans guillemets
mistake-one-of = n’est aucun des choix possibles
    .mend = écrivez un de ceux-ci : { $words }
mistake-no-chats = est vide
    .mend = nommez une discussion, ou retirez le lien
mistake-list = doit être une liste
    .mend = commencez chacune de ses lignes par un tiret
mistake-section = doit être une section
    .mend = mettez ses clés au-dessous, plus à droite
mistake-empty = est vide
    .mend = écrivez quelque chose entre les guillemets
mistake-example = est encore celui de l’exemple
    .mend = mettez le vôtre à la place
mistake-odd-signs = contient une espace ou un autre signe étrange
    .mend = copiez-le de nouveau
mistake-network-name = ne peut pas être le nom d’un réseau
    .mend = employez jusqu’à 32 signes parmi a-z, 0-9 et - ; matrix et passerelle sont pris
mistake-kind = n’est pas une sorte de réseau connue
    .mend = écrivez une de celles-ci : { $kinds }
mistakes = La configuration { $file } ne va pas :

# La ligne de commande.
cli = Garde les groupes de Telegram, Rocket.Chat et Mattermost joignables depuis Matrix pendant que leurs communautés déménagent
    .config = Le fichier de configuration
cli-init = Demande ce qu’il faut savoir, et écrit la configuration et l’enregistrement
    .homeserver_url = L’adresse où répond l’API client-serveur du serveur Matrix
    .server_name = Le nom du serveur Matrix, ce qui suit les deux-points dans les identifiants
    .appservice_url = L’adresse à laquelle le serveur Matrix atteint passerelle
    .listen = L’adresse où passerelle écoute ; sans elle cette machine seulement, au port de l’adresse ci-dessus
    .language = La langue des mots de passerelle
    .registration = Où écrire l’enregistrement ; sans lui registration.yaml, à côté de la configuration
    .force = Écraser ce qui est là
cli-registration = Écrit de nouveau l’enregistrement d’après la configuration
    .output = Où l’écrire ; sans lui registration.yaml, à côté de la configuration
    .force = Écraser ce qui est là
cli-check = Dit ligne par ligne ce qui va, ce qui ne va pas, et comment y remédier
    .json = Pour les machines : un tableau JSON
cli-render = Montre ce qu’un message devient sur un autre réseau, sans interroger aucun serveur ; le lit en JSON sur l’entrée standard
    .from = Le réseau d’où il vient
    .to = Le réseau où il va
    .server_name = Le nom du serveur Matrix, ce qui suit les deux-points dans les identifiants
    .language = La langue des mots de passerelle
cli-run = Relie, jusqu’à ce qu’on lui dise d’arrêter
cli-backup = Copie la base de données, même en marche, dans un nouveau fichier
    .file = Le fichier à écrire
cli-dead-letters = Ce qui n’a pas pu être remis : le regarder, l’envoyer à nouveau, ou y renoncer
cli-list = En donne la liste, avec les raisons
cli-show = En montre un, avec ce qu’il dit et ce que le serveur a répondu
    .id = Son numéro dans la liste
cli-replay = Essaie de nouveau de le remettre
    .id = Le numéro de l’un d’eux dans la liste
    .all = Tous
cli-discard = Y renonce pour de bon
    .id = Le numéro de l’un d’eux dans la liste
    .all = Tous
cli-key = La clé { $key } de { $kind } ; l’exemple l’explique
cli-one-of = {" "}[au choix : { $value }]
cli-otherwise = {" "}[par défaut : { $value }]
cli-variable = {" "}[ou la variable { $value }]
cli-usage = Usage :
cli-commands = Commandes
cli-command = COMMANDE
cli-options = Options
cli-arguments = Arguments
cli-help = Affiche cette aide
cli-version = Affiche la version
cli-unknown-command = « { $word } » n’est pas une commande.{ $near ->
    [none] {""}
   *[other] {" "}Vouliez-vous dire « { $near } » ?
}
cli-unknown-argument = « { $word } » n’est pas connu ici.{ $near ->
    [none] {""}
   *[other] {" "}Vouliez-vous dire « { $near } » ?
}
cli-missing = Il manque { $words }.
cli-no-such-value = { $word ->
    [none] « { $argument } » attend une valeur.
   *[other] « { $word } » ne va pas pour « { $argument } ».
}{ $known ->
    [none] {""}
   *[other] {" "}Ce peut être : { $known }.
}
cli-not-both = « { $word } » et « { $other } » ne vont pas à la fois.
cli-more = « passerelle --help » dit ce qu’il y a ; après une commande, « --help » en dit plus sur elle.

# Ce qui empêche de démarrer.
store-locked = Un autre passerelle tourne déjà sur cette base de données (verrou : { $lock }) : arrêtez-le d’abord.
store-newer = Cette base de données a été écrite par un passerelle plus récent (schéma { $schema }) : lancez celui-là, ou reprenez la copie faite avant la mise à jour.
store-older = Cette base de données a été écrite par un passerelle plus ancien (schéma { $schema }) : lancez d’abord celui-ci avec « passerelle run », qui la met à jour.
store-unwritable = La base de données { $file } ne peut pas être ouverte pour y écrire : { $why }
store-unusable = La base de données ne peut pas être utilisée : { $why }
start-not-listening = Impossible d’écouter sur { $address } : { $why }. Un autre programme s’en sert peut-être ; l’adresse est la clé appservice.listen de la configuration.
start-network = Le réseau { $name } ne peut pas marcher ainsi : { $why }
