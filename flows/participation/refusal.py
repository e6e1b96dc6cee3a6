"""A rule said no. The words for the citizen are in `flows/explain.py`, one explanation for each reason."""

from collections.abc import Callable
from enum import StrEnum


class Reason(StrEnum):
    """Every no that a rule can say."""

    SPACE_UNKNOWN = "space_unknown"
    NOT_BEGUN = "not_begun"
    BETWEEN_PHASES = "between_phases"
    ENDED = "ended"
    ALLOWED_LATER = "allowed_later"
    ALLOWED_BEFORE = "allowed_before"
    ALLOWED_UNTIL = "allowed_until"
    NEVER_ALLOWED = "never_allowed"
    OPENS_LATER = "opens_later"

    AGE_NOT_ATTESTED = "age_not_attested"
    TERMS_NOT_ACCEPTED = "terms_not_accepted"
    NAME_NOT_CHOSEN = "name_not_chosen"
    NAME_TOO_SHORT = "name_too_short"
    NAME_TOO_LONG = "name_too_long"
    NAME_IS_CONTACT = "name_is_contact"
    NAME_HAS_HIDDEN = "name_has_hidden"
    NAME_WITHOUT_LETTERS = "name_without_letters"
    NAME_IS_OFFICIAL = "name_is_official"

    TITLE_TOO_SHORT = "title_too_short"
    TITLE_TOO_LONG = "title_too_long"
    BODY_TOO_SHORT = "body_too_short"
    BODY_TOO_LONG = "body_too_long"
    BODY_IS_TEMPLATE = "body_is_template"
    TOO_MANY_CAPITALS = "too_many_capitals"
    TOO_MANY_MARKS = "too_many_marks"
    STARTS_IN_LOWERCASE = "starts_in_lowercase"
    CATEGORY_UNKNOWN = "category_unknown"
    PLACE_TOO_LONG = "place_too_long"
    LIMIT_REACHED = "limit_reached"
    PROPOSAL_UNKNOWN = "proposal_unknown"
    STATE_UNKNOWN = "state_unknown"
    ANSWER_EMPTY = "answer_empty"

    EDITING_ENDED = "editing_ended"
    ANSWERED_STAYS_AS_IT_IS = "answered_stays_as_it_is"
    HIDDEN_STAYS_AS_IT_IS = "hidden_stays_as_it_is"
    REDACTED_STAYS_AS_IT_IS = "redacted_stays_as_it_is"
    READ_STAYS_AS_IT_IS = "read_stays_as_it_is"
    SUPPORTED_STAYS = "supported_stays"

    PROPOSAL_HIDDEN = "proposal_hidden"
    PROPOSAL_REJECTED = "proposal_rejected"
    ALREADY_SUPPORTED = "already_supported"
    NOT_SUPPORTED = "not_supported"
    SUPPORTS_SPENT = "supports_spent"
    SUPPORTS_COMPLETE = "supports_complete"
    NOTHING_TO_WAIT_FOR = "nothing_to_wait_for"

    COMMENT_UNKNOWN = "comment_unknown"
    COMMENT_EMPTY = "comment_empty"
    COMMENT_TOO_LONG = "comment_too_long"
    COMMENT_TAKEN_BACK = "comment_taken_back"
    HIDDEN_TAKES_NO_COMMENTS = "hidden_takes_no_comments"
    SIDE_UNKNOWN = "side_unknown"
    TOO_DEEP = "too_deep"
    NOT_THE_AUTHOR = "not_the_author"
    DEBATE_NOT_BEGUN = "debate_not_begun"
    DEBATE_ENDED = "debate_ended"
    DEBATE_CONCLUDED = "debate_concluded"

    SURVEY_UNKNOWN = "survey_unknown"
    SURVEY_NOT_BEGUN = "survey_not_begun"
    SURVEY_CLOSED = "survey_closed"
    SURVEY_TERMS_NOT_ACCEPTED = "survey_terms_not_accepted"
    ALREADY_ANSWERED = "already_answered"
    ALREADY_ANSWERED_UNNAMED = "already_answered_unnamed"
    QUESTION_UNANSWERED = "question_unanswered"
    OPTION_UNKNOWN = "option_unknown"
    OPTION_TWICE = "option_twice"
    ONE_OPTION = "one_option"
    TOO_MANY_OPTIONS = "too_many_options"
    NOT_ALL_SORTED = "not_all_sorted"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_EMPTY = "text_empty"

    FILE_KIND_UNKNOWN = "file_kind_unknown"
    FILE_TOO_LARGE = "file_too_large"
    TOO_MANY_FILES = "too_many_files"

    BLOCKED = "blocked"
    OWN_ITEM = "own_item"
    ALREADY_REPORTED = "already_reported"
    NOTHING_TO_APPEAL = "nothing_to_appeal"
    ALREADY_APPEALED = "already_appealed"

    ADDRESS_NOT_REACHED = "address_not_reached"
    ADDRESS_UNREADABLE = "address_unreadable"
    ADDRESS_IS_YOURS = "address_is_yours"
    CODES_SPENT = "codes_spent"

    DATA_SENT_LATELY = "data_sent_lately"

    TICKET_UNKNOWN = "ticket_unknown"
    TICKET_CLOSED = "ticket_closed"
    TICKET_TAKEN = "ticket_taken"
    TICKET_NOT_TAKEN = "ticket_not_taken"
    TICKETS_OPEN = "tickets_open"
    CITIZEN_STOPPED = "citizen_stopped"
    MESSAGE_EMPTY = "message_empty"
    MESSAGE_TOO_LONG = "message_too_long"

    HOURS_UNCLEAR = "hours_unclear"
    NOT_ASKED = "not_asked"
    ASKED_ENOUGH = "asked_enough"


class Refused(Exception):
    """Raised by a rule; nothing was written. `facts` fill the explanation: numbers, times, the town's words."""

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.facts = facts


def why_not(check: Callable[[], object]) -> Refused | None:
    """What the check refuses; None where it does not."""
    try:
        check()
    except Refused as refused:
        return refused
    return None
