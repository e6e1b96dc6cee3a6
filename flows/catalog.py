"""Flows, by hand: the table of contents of what a citizen can do.

The engine enters `WELCOME` at a participant's first words (about: a deep link's code, if one brought them), `LINK`
about any later code, `REFERENCE` about a reference typed on its own, `LANGUAGE` with the argument of a language whose
name was typed, and `HOME` where nothing else is next. On the platform itself `CHOOSE_TOWN` stands for both `WELCOME`
and `HOME`.
"""

from flows import (
    appeal,
    browse,
    cancel,
    comment,
    debate,
    digest,
    easy,
    edit,
    follow,
    forget,
    hear,
    help,
    join,
    judge,
    language,
    link,
    listen,
    meeting,
    menu,
    mine,
    my_channels,
    my_data,
    prefer,
    privacy,
    propose,
    read,
    remind,
    report,
    respond,
    result,
    reveal,
    review,
    status,
    support,
    town,
    unite,
    why,
    withdraw,
    write,
)
from flows.keywords import Command
from flows.step import Flow, flow

FLOWS: dict[str, Flow] = {
    each.name: each
    for each in (
        flow(
            join,
            *("welcome", "welcomed", "greet", "arrived", "start", "age", "aged", "terms", "termed"),
            *("name", "named", "updates", "updated", "leave"),
        ),
        flow(menu, "start", "chosen", "see", "seen", "settings", "settled", place=True),
        flow(
            browse,
            *("start", "chosen", "process", "act", "proposals", "pick", "returned", "pick_returned"),
            *("organs", "pick_organ", "organ", "leave_organ", "leave"),
            place=True,
        ),
        flow(read, "proposal", "act", "short", "on", "life", "go", "files", place=True),
        flow(support, "start", "choose", "chosen", "give", "end", "shown", "leave"),
        flow(why, "start", "chosen", "shown"),
        flow(remind, "start", "allow", "allowed", "add", "end", "shown"),
        flow(
            propose,
            *("start", "choose", "chosen", "title", "body", "category", "place", "attach"),
            *("similar", "sifted", "look", "looked"),
            *("preview", "decide", "submit", "published", "leave"),
        ),
        flow(edit, "start", "which", "chosen", "part", "to", "words", "save", "shown", "leave"),
        flow(withdraw, "start", "which", "chosen", "decided", "shown", "leave"),
        flow(
            respond,
            *("start", "results", "choose", "chosen", "again", "terms", "termed", "next", "question", "words", "move"),
            *("preview", "decide", "submit", "sent", "leave"),
        ),
        flow(
            comment,
            *("start", "above", "choose", "chosen", "side", "text"),
            *("preview", "decide", "submit", "published", "leave"),
        ),
        flow(listen, "thread", "pick", "comment", "act", "unsay", "unsaid", place=True),
        flow(meeting, "start", "chosen", "earlier", "recalled", "show", "act", "calendar", "leave", place=True),
        flow(result, "start", "chosen", "of", "pick", "show", "act", "leave", place=True),
        flow(reveal, "start", "choose", "chosen", "leave"),
        flow(debate, "start", "chosen", "show", "act", "leave", place=True),
        flow(report, "start", "why", "confirm", "send", "shown"),
        flow(appeal, "start", "choose", "chosen", "words", "confirm", "send", "leave"),
        flow(follow, "start", "allow", "allowed", "add", "end", "shown"),
        flow(mine, "start", "chosen", "group", "picked", "updates", "updated", place=True),
        flow(link, "start", "leave"),
        flow(my_data, "start", "leave"),
        flow(unite, "start", "where", "send", "code", "typed", "there", "leave"),
        flow(my_channels, "start", "chosen", "ask", "let_go", "not_me", place=True),
        flow(prefer, "start", "chosen", "allow", "allowed", "add", "shown", "channel", "paced", "quiet", "quieted"),
        flow(hear, "start", "chosen", "of", "topic", "said", "out", "leave", place=True),
        flow(forget, "start", "code", "typed", "end", "leave"),
        flow(status, "start"),
        flow(town, "start", "choose", "named", "chosen", "empty", "change"),
        flow(write, "start", "chosen", "message", "preview", "decide", "send", "sent", "leave", "shown", "act"),
        flow(cancel, "start", "chosen", "leave", aside=True),
        flow(digest, "start", "chosen", "unfit", "leave", aside=True, place=True),
        flow(easy, "start", "chosen", "resume", aside=True),
        flow(help, "start", "chosen", "resume", aside=True),
        flow(judge, "start", "said", "words", "added", "leave", aside=True),
        flow(language, "start", "chosen", "named", "resume", aside=True),
        flow(privacy, "start", "chosen", "privacy", "terms", "data", "forget", "resume", aside=True),
        flow(review, "start", "chosen", "resume", aside=True),
    )
}

HOME = "menu.start"
WELCOME = "join.welcome"
CHOOSE_TOWN = "town.start"
LINK = "link.start"
REFERENCE = "status.start"
LANGUAGE = "language.named"
CODE_THERE = "unite.there"
OUT_OF_TOPIC = "hear.out"
NOT_ME = "my_channels.not_me"


ENTERS: dict[Command, str] = {
    Command.MENU: HOME,
    Command.HELP: "help.start",
    Command.EDIT: "review.start",
    Command.CANCEL: "cancel.start",
    Command.LANGUAGE: "language.start",
    Command.EASY: "easy.start",
    Command.PROPOSE: "propose.start",
    Command.SUPPORT: "support.start",
    Command.COMMENT: "comment.start",
    Command.SURVEY: "respond.start",
    Command.PROCESSES: "browse.start",
    Command.DEBATES: "debate.start",
    Command.MINE: "mine.start",
    Command.MEETINGS: "meeting.start",
    Command.RESULTS: "result.start",
    Command.APPEAL: "appeal.start",
    Command.WITHDRAW: "withdraw.start",
    Command.PRIVACY: "privacy.start",
    Command.MY_DATA: "my_data.start",
    Command.FORGET: "forget.start",
    Command.CHANGE_TOWN: "town.change",
    Command.PERSON: "write.start",
    Command.UNITE: "unite.start",
    Command.TOPICS: "hear.start",
    Command.CHANNELS: "my_channels.start",
    Command.PREFERENCES: "prefer.start",
    Command.DIGEST: "digest.start",
    Command.NOT_ME: NOT_ME,
}
