# Les mots de passerelle en français. Une ligne par phrase ; ce qui est entre { } est mis à sa place.
# Espaces : insécable avant « : » et dans les guillemets, fine insécable avant « ; », « ! » et « ? ».

## Ce qui ne passe pas
not-delivered = Ceci n’a pas pu passer vers { $network } :
not-possible = Ce réseau ne permet pas cela.
not-in-chat = Le robot n’est pas dans cette discussion, ou elle n’existe pas.
no-right-to-write = Le robot n’a pas le droit d’écrire là-bas.
other-side-refused = L’autre côté a refusé : « { $detail } ».
file-too-big = { $name ->
        [none] { $kind ->
                [photo] La photo
                [video] La vidéo
                [gif] Le GIF
                [audio] Le son
                [voice] Le message vocal
                [sticker] L’autocollant
               *[file] Le fichier
            }
       *[other] « { $name } »
    } est trop lourd{ $size ->
        [none] {""}
       *[other] {" "}({ $size } Mo)
    } pour passer : la limite est de { $limit } Mo.
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
       *[other] {" "}({ $size } Mo)
    } : n’a pas pu passer.
file-unreachable = Le fichier n’a pas pu être récupéré.

## Allées et venues
member-joined = { $name } a rejoint la discussion sur { $network }.
member-left = { $name } a quitté la discussion sur { $network }.

## Commandes
help-room = Je relie cette discussion à d’autres réseaux ({ $networks }). Écrivez-moi :
    « !passerelle link RÉSEAU IDENTIFIANT » pour relier,
    « !passerelle unlink RÉSEAU IDENTIFIANT » pour délier,
    « !passerelle list » pour voir ce qui est relié,
    « !passerelle delete » en réponse à un message pour le retirer partout.
help-chat = Je relie cette discussion à Matrix : ce qui s’écrit ici s’y lit, et inversement. Pour retirer un message partout, répondez-lui « /delete ».
command-unknown = Je ne connais pas « { $command } ». Écrivez « help » pour voir ce que je sais faire.
no-right = Il faut avoir le droit de modifier ce salon, et la permission de l’hébergeur, pour faire cela.
try-again-later = Je n’y arrive pas pour le moment. Réessayez dans quelques minutes.
no-such-network = Je ne connais pas ce réseau. Ceux que je connais : { $networks }.
link-how = Pour relier : « !passerelle link RÉSEAU IDENTIFIANT ». Réseaux : { $networks }.
unlink-how = Pour délier : « !passerelle unlink RÉSEAU IDENTIFIANT ». « !passerelle list » donne les identifiants.
link-refused = Je n’ai pas pu relier « { $chat } ».
linked = C’est relié à « { $chat } » sur { $network }. Ce qui s’écrit d’un côté se lit de l’autre.
linked-already = C’est déjà relié à « { $chat } » sur { $network }.
linked-elsewhere = « { $chat } » sur { $network } est déjà relié à un autre salon. Déliez-le d’abord là-bas.
linked-here = Cette discussion est maintenant reliée au salon Matrix « { $room } » : ce qui s’écrit ici s’y lit, et inversement.
unlinked = « { $chat } » sur { $network } n’est plus relié. Ce qui a été écrit reste.
not-linked = « { $chat } » sur { $network } n’est pas relié à ce salon.
list-title = Ce salon est relié à :
list-line = { $chat } ({ $network } { $id })
list-empty = Ce salon n’est relié à rien. « !passerelle help » dit comment faire.
delete-how = Répondez au message à retirer.
delete-unknown = Je ne connais pas ce message : il date d’avant le lien, ou n’a jamais passé.
delete-no-right = Seuls son auteur et les admins peuvent retirer ce message.
