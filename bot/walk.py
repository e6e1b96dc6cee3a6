"""From one move to the next, until a question waits: entering flows, handing back, going back."""

from collections.abc import Mapping

from bot.manner import Manner
from bot.question import Said, is_offered, picked
from bot.session import Asked, Frame, Session, draft_name
from bot.speech import Speech
from bot.together import asked, can_be_asked, words
from flows.catalog import CHOOSE_TOWN, HOME, WELCOME
from flows.explain import explain
from flows.participation.refusal import Refused
from flows.step import RESUME, Ask, Flow, Goto, Move, Say
from flows.turn import Answered, Turn

_LOST_AFTER = 2
"""Replies in a row that answered none of several questions: from then on they are asked one by one."""
_MAX_STEPS = 50


class Walk:
    """One turn's way through the flows. `parts` gathers what is said before the question."""

    def __init__(self, session: Session, turn: Turn, flows: Mapping[str, Flow], manner: Manner) -> None:
        self.session = session
        self.turn = turn
        self.flows = flows
        self.manner = manner
        self.speech = Speech(turn, manner)
        self.parts = self.speech.parts
        self._is_done = False
        is_choosing_town = turn.platform is not None and turn.platform.id == turn.town.id
        self.home = CHOOSE_TOWN if is_choosing_town else HOME
        self.welcome = CHOOSE_TOWN if is_choosing_town else WELCOME

    @property
    def frame(self) -> Frame:
        """The flow in progress."""
        if self.session.frame is None:
            raise LookupError("no flow has been entered")
        return self.session.frame

    def run(self, move: Move) -> Said:
        """Follow the moves to the next question and ask it."""
        for _ in range(_MAX_STEPS):
            if isinstance(move, Ask):
                if self._is_done and self._is_at_place:
                    return self.speech.end(self.session)
                if not self._passes_over(move):
                    return self.ask(move)
                move = Goto(move.then)
            elif isinstance(move, Say):
                self.speech.say(move.title, move.text, move.files)
                self._is_done = not move.opens
                if self.turn.has_left or self.turn.moves_to or self.turn.begins_anew:
                    return self.speech.said()
                move = Goto(move.then)
            move = self._go(move)
        raise RecursionError(f"{self.frame.flow}.{self.frame.step} asks nothing in {_MAX_STEPS} steps")

    def ask(self, ask: Ask, replaces: bool = False) -> Said:
        """Show a question, after all that was said on the way to it."""
        session, frame = self.session, self.frame
        if not ask.label:
            frame.revising = ""
            frame.forget_navigation()
        is_lost = session.wrong >= _LOST_AFTER
        several = self._together(ask) if self.manner.at_once > 1 and ask.ahead and not is_lost else []
        if ask.label and not frame.shown_at:
            frame.shown_at = int(self.turn.now.timestamp())
        return self.speech.ask(session, ask, several, replaces, picked(frame, ask))

    def stand(self, key: str) -> Move:
        """Go and stand at a step of this flow; what it asks."""
        frame = self.frame
        frame.step, _, frame.argument = key.partition(":")
        return self.step()

    def keep(self, ask: Ask, value: str, shown: str) -> None:
        """Keep the answer to the question at which the session stands."""
        frame = self.frame
        frame.answers[frame.key] = value
        if ask.label:
            frame.pace(int(self.turn.now.timestamp()))
        self.turn.asked = ask.text
        self._note(Answered(frame.key, ask.label, shown if ask.label else ""))
        self.session.prompt = None
        self.session.wrong = 0

    def step(self) -> Move:
        """Where the session stands: its step called again, in the words of this channel. A rule's refusal is
        explained, and leads home."""
        frame, turn = self.frame, self.turn
        step = self.flows[frame.flow].steps.get(frame.step) if frame.flow in self.flows else None
        if step is None:
            return self._lost()
        suspended = self.session.suspended
        turn.trail = frame.trail if suspended is None else suspended.trail
        turn.drafts = [(draft.flow, draft.about) for draft in self.session.drafts.values()]
        turn.answers, turn.about, turn.argument, turn.paces = frame.answers, frame.about, frame.argument, frame.paces
        try:
            return self.manner.put(step(turn))
        except Refused as refused:
            self.parts.append(explain(turn, refused))
            self._is_done = True
            return Goto(self.home)

    def back(self) -> Move:
        """The question before this one; from a flow's first, the place that led to it, else the menu."""
        session, frame = self.session, self.frame
        session.prompt = None
        if self._is_aside(frame):
            return Goto(RESUME)
        frame.revising = ""
        while frame.trail:
            before = frame.trail.pop()
            if before.key != frame.key and (before.shown or not before.label):
                frame.answers.pop(before.key, None)
                frame.revising = before.key if self.manner.is_brief else ""
                if before.label:
                    self.parts.append(self.turn.t("You had answered: {answer}", answer=before.shown))
                return Goto(before.key)
        if session.places:
            session.park(frame)
            session.frame = session.places.pop()
            return self.step()
        return Goto(self.home)

    @property
    def is_aside(self) -> bool:
        """An aside waits for an answer, in front of the question that it interrupted."""
        return self.session.suspended is not None and self._is_aside(self.frame)

    def hand_back(self) -> None:
        """Back to the question that an aside interrupted, which waits again, unsaid."""
        self.run(Goto(RESUME))
        self.speech.clear()
        self.session.shown = 0

    def _go(self, goto: Goto) -> Move:
        name, _, argument = goto.step.partition(":")
        if name == RESUME:
            return self._resume(argument)
        flow, _, step = name.rpartition(".")
        if flow:
            return self._enter(Frame(flow, step, argument, goto.about), goto.dropped)
        frame = self.frame
        frame.step, frame.argument = step, argument
        self.session.prompt = None
        if goto.dropped:
            frame.paces.clear()
            frame.answers.clear()
            frame.trail.clear()
        return self.step()

    def _enter(self, frame: Frame, dropped: bool) -> Move:
        session = self.session
        session.prompt = None
        if frame.flow not in self.flows:
            return self._lost()
        is_in_aside = session.frame is not None and self._is_aside(session.frame)
        interrupted = session.suspended if is_in_aside else session.frame
        if self._is_aside(frame):
            session.frame, session.suspended = frame, interrupted
            return self.step()
        aside = session.frame if is_in_aside else None
        session.frame, session.suspended = frame, None
        if interrupted is not None:
            self._leave(interrupted, frame, dropped)
        if aside is not None:
            self._leave(aside, frame, dropped)
        if session.places and (session.places[-1].flow, session.places[-1].key) == (frame.flow, frame.key):
            session.places.pop()
        if f"{frame.flow}.{frame.step}" == self.home:
            session.places.clear()
        elif (draft := session.drafts.pop(draft_name(frame.flow, frame.about), None)) is not None:
            session.frame = draft
            self.parts.append(
                self.turn.t("We go on where you left it. Write EDIT to change it, CANCEL to throw it away.")
            )
        return self.step()

    def _leave(self, left: Frame, entered: Frame, dropped: bool) -> None:
        if not dropped:
            self.session.park(left)
        if left.flow in self.flows and self.flows[left.flow].is_place and left.flow != entered.flow:
            self.session.remember(left)

    def _resume(self, key: str) -> Move:
        session = self.session
        session.frame, session.suspended, session.prompt = session.suspended, None, None
        if session.frame is None:
            return Goto(self.home)
        if key:
            step, _, argument = key.partition(":")
            session.frame.step, session.frame.argument, session.frame.revising = step, argument, key
        return self.step()

    def _lost(self) -> Move:
        self.session.frame = self.session.suspended = self.session.prompt = None
        self.parts.append(self.turn.t("That conversation has changed since, so we start again from the menu."))
        return Goto(self.home)

    def _is_aside(self, frame: Frame) -> bool:
        return frame.flow in self.flows and self.flows[frame.flow].is_aside

    @property
    def _is_at_place(self) -> bool:
        return self.manner.is_brief and self.flows[self.frame.flow].is_place

    def _together(self, ask: Ask) -> list[tuple[Asked, Ask]]:
        """This question and those that follow it whatever is answered, as many as there is room for, if any."""
        frame, key = self.frame, self.frame.key
        several: list[tuple[Asked, Ask]] = []
        for each in (key, *ask.ahead):
            asks = ask if each == key else self.stand(each)
            if not isinstance(asks, Ask) or not can_be_asked(asks) or len(several) == self.manner.at_once:
                break
            if each != key and self._is_kept(asks):
                continue
            longer = [*several, (asked(each, asks), asks)]
            if several and 0 < self.manner.room < len(words(self.turn, longer)):
                break
            several = longer
        frame.step, _, frame.argument = key.partition(":")
        return several if len(several) > 1 else []

    def _passes_over(self, ask: Ask) -> bool:
        frame = self.frame
        if frame.key != frame.revising and self.manner.passes_over(ask):
            if ask.label and not self.manner.never_asks(ask) and frame.key not in frame.answers:
                self._note(Answered(frame.key, ask.label, ""))
            return True
        return self._is_kept(ask)

    def _note(self, answered: Answered) -> None:
        trail = self.frame.trail
        for place, before in enumerate(trail):
            if before.key == answered.key:
                trail[place] = answered
                return
        trail.append(answered)

    def _is_kept(self, ask: Ask) -> bool:
        """Answered already, and what comes before it is being changed."""
        frame = self.frame
        if not frame.revising or not ask.label or frame.key == frame.revising or frame.key not in frame.answers:
            return False
        return ask.check is not None or is_offered(frame.answers[frame.key], ask)
