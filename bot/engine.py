"""Advance one session by one turn: match the reply, run steps to the next question. No I/O of its own.

Everything said in a turn comes back as one `Said`: the words of the steps on the way, then the question.
"""

from collections.abc import Mapping

from bot.additions import add, is_addition, spill
from bot.manner import Manner
from bot.mistakes import mistaken, not_a_choice
from bot.picking import done, is_picked, names, press, write
from bot.question import Said, is_offered, open_question, payload_of, read_press, turn_page
from bot.session import Prompt, Session
from bot.several import answer_several, unmarked
from bot.walk import Walk
from flows.catalog import CHOOSE_TOWN, ENTERS, FLOWS, LANGUAGE, LINK, OUT_OF_TOPIC, REFERENCE
from flows.explain import explain
from flows.keywords import Command, command_in, is_reference, is_yes, language_named, language_of, topic_left
from flows.participation.attachments import KINDS, VOICES, hand_back, hand_in, handed_in
from flows.participation.refusal import Refused
from flows.reply import fold, match, number_in, suggest
from flows.step import DONE, Ask, Flow, Goto, Wrong
from flows.turn import Deed, Heard, Turn

_FULL = Manner()
_OF_A_TOWN = (
    *(Command.APPEAL, Command.WITHDRAW, Command.PROPOSE, Command.SUPPORT, Command.COMMENT, Command.SURVEY),
    *(Command.PROCESSES, Command.DEBATES, Command.MINE, Command.PERSON, Command.PRIVACY, Command.TOPICS),
    *(Command.PREFERENCES, Command.DIGEST),
)


def advance(
    session: Session, turn: Turn, heard: Heard, flows: Mapping[str, Flow] = FLOWS, manner: Manner = _FULL
) -> Said | None:
    """Change the session by what was heard and return what to say; None where silence is the answer.

    Raises whatever a step raises that is not a rule's refusal: the caller rolls the turn back.
    """
    walk = Walk(session, turn, flows, manner)
    if heard.deed is Deed.GO:
        step, _, about = heard.text.partition("|")
        return walk.run(Goto(step, about=about))
    if session.frame is None:
        if manner.is_brief and (guess := language_of(heard.text)) in turn.town.languages:
            turn.language = guess
        begun = heard.text if heard.deed is Deed.START else turn.town.code_called(fold(heard.text))
        return walk.run(Goto(walk.welcome, about=begun))
    match heard.deed:
        case Deed.START:
            return walk.run(Goto(LINK, about=heard.text) if heard.text else Goto(walk.home))
        case Deed.PRESS:
            return _press(walk, heard.text)
        case Deed.ATTACH:
            return _attach(walk, heard)
        case Deed.TYPE:
            return _type(walk, heard.text)


def _press(walk: Walk, payload: str) -> Said | None:
    if payload and payload == walk.session.pressed:
        return None
    pressed = read_press(payload, walk.session.prompt)
    if pressed is None:
        walk.parts.append(walk.turn.t("That question is closed. This is where we are:"))
        walk.session.shown = 0
        return walk.run(walk.step())
    if pressed.choice is None:
        return _page(walk, pressed.page, replaces=True)
    return press(walk, payload, pressed) if is_picked(walk, pressed.choice) else _choose(walk, pressed.choice)


def _attach(walk: Walk, heard: Heard) -> Said:
    """Files add up, message after message, since each photo of an album is one; words below them may be the answer."""
    turn, frame, ask = walk.turn, walk.frame, walk.step()
    if heard.place and isinstance(ask, Ask) and ask.takes_place:
        return _check(walk, ask, heard.place)
    if not isinstance(ask, Ask) or not ask.takes_files:
        walk.parts.append(turn.t("I cannot take files or voice notes here. Please answer in writing."))
        return walk.run(ask)
    try:
        kinds = (*KINDS, *VOICES) if ask.takes_voice else KINDS
        taken = hand_in(turn, frame.answers, frame.key, heard.files, ask.takes_files, kinds)
    except Refused as refused:
        return mistaken(walk, ask, explain(turn, refused))
    walk.session.wrong = 0
    walk.parts.append(turn.t("I have it: {names}.", names=", ".join(file.name for file in taken)))
    if heard.text.strip() and ask.check is not None:
        return _check(walk, ask, heard.text)
    if heard.text.strip():
        walk.parts[-1] += " " + turn.t("I keep the file, not the words below it.")
    return walk.run(walk.step())


def _type(walk: Walk, text: str) -> Said:
    prompt = walk.session.prompt or Prompt(0)
    if not prompt.number and walk.manner.is_brief:
        return _take_up(walk, text)
    suggested, prompt.suggested = prompt.suggested, None
    spilled, prompt.spilled = prompt.spilled, ""
    if (index := match(text, prompt.choices)) is not None:
        walk.session.has_numbered = walk.session.has_numbered or number_in(text) is not None
        return _written(walk, index)
    if suggested is not None and is_yes(text):
        return _written(walk, suggested)
    if (said := _interrupt(walk, text)) is not None:
        return said
    ask = walk.step()
    if not isinstance(ask, Ask):
        return walk.run(ask)
    if is_addition(ask, text):
        return add(walk, ask, text, spilled)
    if prompt.several:
        return answer_several(walk, ask, prompt.several, text)
    if walk.manner.at_once > 1 and (bare := unmarked(ask, text)) != text:
        text = bare
        if (index := match(text, prompt.choices)) is not None:
            return _choose(walk, index)
    return _reply(walk, ask, prompt, text)


def _interrupt(walk: Walk, text: str) -> Said | None:
    """A keyword, a reference or a language's name means the same at any question; None for other words."""
    if (command := command_in(text)) is not None:
        return _obey(walk, command)
    if (code := walk.turn.town.code_called(fold(text))) and not _is_taken(walk, text):
        return walk.run(Goto(LINK, about=code))
    if (topic := walk.turn.town.topic_called(topic_left(text))) is not None:
        return walk.run(Goto(OUT_OF_TOPIC, about=topic.slug))
    if is_reference(text, walk.turn.town.prefix):
        return walk.run(Goto(REFERENCE, about=fold(text).upper()))
    if (language := language_named(text)) in walk.turn.town.languages and not _is_taken(walk, text):
        return walk.run(Goto(f"{LANGUAGE}:{language}"))
    return None


def _is_taken(walk: Walk, text: str) -> bool:
    """The open question takes these words as an answer that is kept."""
    ask = walk.step()
    return isinstance(ask, Ask) and bool(ask.label) and _accepts(walk, ask, text)


def _accepts(walk: Walk, ask: Ask, text: str) -> bool:
    if ask.check is None:
        return False
    try:
        ask.check(walk.turn, text)
    except Wrong:
        return False
    return True


def _take_up(walk: Walk, text: str) -> Said:
    """Nothing was shown that a number could mean: a word that is offered is taken, else it is shown."""
    if (said := _interrupt(walk, text)) is not None:
        return said
    walk.session.prompt = None
    ask = walk.step()
    if isinstance(ask, Ask) and ask.check is not None:
        return _check(walk, ask, text)
    if isinstance(ask, Ask) and number_in(text) is None:
        prompt = open_question(walk.session, ask, walk.turn, [])
        if (index := match(text, prompt.choices)) is not None:
            return _choose(walk, index)
    return walk.run(ask)


def _reply(walk: Walk, ask: Ask, prompt: Prompt, text: str) -> Said:
    is_passed_on = ask.passes_on and walk.is_aside and not is_yes(text) and not _accepts(walk, ask, text)
    if is_passed_on and suggest(text, prompt.choices) is None:
        walk.hand_back()
        return _type(walk, text)
    if ask.check is not None:
        return _check(walk, ask, text, prompt)
    if ask.adds_to and " " in text.strip() and suggest(text, prompt.choices) is None:
        return spill(walk, ask, prompt, text)
    return not_a_choice(walk, ask, prompt, text)


def _obey(walk: Walk, command: Command) -> Said:
    turn, prompt = walk.turn, walk.session.prompt
    if command is Command.BACK:
        return walk.run(walk.back())
    if command is Command.MORE and prompt is not None:
        return _page(walk, prompt.page + 1)
    if command is Command.CHANGE_TOWN and turn.platform is None:
        walk.parts.append(turn.t("Here you talk to {town} only.", town=turn.words(turn.town.name)))
    elif command in _OF_A_TOWN and walk.home == CHOOSE_TOWN:
        walk.parts.append(turn.t("Choose your town first."))
        return walk.run(Goto(CHOOSE_TOWN))
    elif command in ENTERS:
        if command is Command.HELP and walk.manner.is_brief and isinstance(ask := walk.step(), Ask) and ask.help:
            walk.parts.append(ask.help)
        return walk.run(Goto(ENTERS[command]))
    return walk.run(walk.step())


def _written(walk: Walk, index: int) -> Said:
    """A choice that was written, by its number or label: alone it is the whole answer."""
    if not is_picked(walk, index):
        return _choose(walk, index)
    ask = walk.step()
    return _check(walk, ask, str(index + 1)) if isinstance(ask, Ask) else walk.run(ask)


def _choose(walk: Walk, index: int) -> Said:
    prompt, ask = walk.session.prompt, walk.step()
    if prompt is None or not isinstance(ask, Ask):
        return walk.run(ask)
    chosen = prompt.choices[index]
    if not is_offered(chosen.value, ask):
        walk.parts.append(walk.turn.t("That is no longer offered. Please choose again:"))
        return walk.run(ask)
    walk.session.pressed = payload_of(prompt, index)
    if ask.picks and chosen.value == DONE:
        return done(walk, ask)
    return _answer(walk, ask, chosen.value, chosen.label)


def _check(walk: Walk, ask: Ask, text: str, prompt: Prompt | None = None) -> Said:
    if ask.check is None:
        return walk.run(ask)
    try:
        kept = ask.check(walk.turn, text)
    except Wrong as wrong:
        if prompt is not None and suggest(text, prompt.choices) is not None:
            return not_a_choice(walk, ask, prompt, text)
        return mistaken(walk, ask, str(wrong))
    return write(walk, ask, kept) if ask.picks else _answer(walk, ask, kept, names(ask, kept) or kept)


def _answer(walk: Walk, ask: Ask, value: str, shown: str) -> Said:
    if ask.takes_files and not value:
        hand_back(walk.frame.answers, walk.frame.key)
    elif ask.takes_files and ask.check is None:
        shown = ", ".join(file.name for file in handed_in(walk.frame.answers, walk.frame.key)) or shown
    walk.keep(ask, value, shown)
    return walk.run(Goto(ask.then))


def _page(walk: Walk, page: int, replaces: bool = False) -> Said:
    prompt, ask = walk.session.prompt, walk.step()
    if prompt is None or not isinstance(ask, Ask):
        return walk.run(ask)
    if prompt.rest:
        return walk.speech.go_on(prompt)
    turn_page(prompt, page, walk.turn, walk.manner)
    return walk.ask(ask, replaces)
