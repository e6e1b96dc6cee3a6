"""The words for every refusal: the rule, the setting or the phase, and the day it changes."""

from collections.abc import Mapping

from flows.participation.refusal import Reason
from flows.text import Message, message, messages

EXPLANATIONS: Mapping[Reason, Message] = {
    Reason.SPACE_UNKNOWN: message("I cannot find that here. It may have been taken down."),
    Reason.NOT_BEGUN: message("“{process}” has not begun yet. Its first phase, “{phase}”, opens on {opens_on}."),
    Reason.BETWEEN_PHASES: message(
        "“{process}” is between two phases, so you cannot {action} today."
        " The next phase, “{phase}”, opens on {opens_on}."
    ),
    Reason.ENDED: message("“{process}” has ended, so you can no longer {action}. Its last day was {last_day}."),
    Reason.ALLOWED_LATER: message(
        "“{process}” is now in the phase “{phase}”. You will be able to {action} from {opens_on}."
    ),
    Reason.ALLOWED_BEFORE: message(
        "“{process}” is now in the phase “{phase}”. The last day to {action} was {last_day}."
    ),
    Reason.ALLOWED_UNTIL: message("“{process}” goes on, but the last day to {action} was {last_day}."),
    Reason.NEVER_ALLOWED: message(
        "“{process}” is now in the phase “{phase}”, where you cannot {action}. The town has set no date for it."
    ),
    Reason.OPENS_LATER: message("In “{process}” nothing is open today. You will be able to {action} from {opens_on}."),
    Reason.AGE_NOT_ATTESTED: message("Only people aged {age} or over can do this. Please tell me first that you are."),
    Reason.TERMS_NOT_ACCEPTED: message("Before you take part, the town's terms of use have to be accepted."),
    Reason.NAME_NOT_CHOSEN: message("Before you publish anything, choose the name that others will see."),
    Reason.NAME_TOO_SHORT: message("A public name has at least {least} characters. Please write a longer one."),
    Reason.NAME_TOO_LONG: message("A public name has at most {most} characters. Yours has {length}."),
    Reason.NAME_IS_CONTACT: message(
        "Everybody can see this name. So it cannot be a phone number, an email, a user name or a link."
    ),
    Reason.NAME_HAS_HIDDEN: message("That name has invisible characters. Please type it again, letter by letter."),
    Reason.NAME_WITHOUT_LETTERS: message("A public name has at least one letter. Please write another one."),
    Reason.NAME_IS_OFFICIAL: message("That name could be taken for the town hall's. Please choose another one."),
    Reason.TITLE_TOO_SHORT: messages(
        "A title has at least {least} characters. Yours has {length}: {count} more is needed.",
        "A title has at least {least} characters. Yours has {length}: {count} more are needed.",
    ),
    Reason.TITLE_TOO_LONG: messages(
        "A title has at most {most} characters. Yours has {length}: {count} too many.",
        "A title has at most {most} characters. Yours has {length}: {count} too many.",
    ),
    Reason.BODY_TOO_SHORT: messages(
        "The text has at least {least} characters. Yours has {length}: {count} more is needed.",
        "The text has at least {least} characters. Yours has {length}: {count} more are needed.",
    ),
    Reason.BODY_TOO_LONG: messages(
        "In this process the text has at most {most} characters. Yours has {length}: {count} too many.",
        "In this process the text has at most {most} characters. Yours has {length}: {count} too many.",
    ),
    Reason.BODY_IS_TEMPLATE: message("That is the model text as it was. Fill it in with your own words."),
    Reason.TOO_MANY_CAPITALS: message(
        "Half of that or more is in CAPITALS, and that reads like shouting. Please write it in lower case."
    ),
    Reason.TOO_MANY_MARKS: message(
        "There are several marks together: “{marks}”. One is enough. Please write it again."
    ),
    Reason.STARTS_IN_LOWERCASE: message(
        "It begins with a small letter: “{word}”. Please write it again, beginning with a capital."
    ),
    Reason.CATEGORY_UNKNOWN: message("That category is no longer one of this process. Please choose another one."),
    Reason.PLACE_TOO_LONG: messages(
        "The place has at most {most} characters. Yours has {length}: {count} too many.",
        "The place has at most {most} characters. Yours has {length}: {count} too many.",
    ),
    Reason.LIMIT_REACHED: messages(
        "“{process}” allows {count} proposal per person, and you have made yours.",
        "“{process}” allows {count} proposals per person, and you have made yours.",
    ),
    Reason.PROPOSAL_UNKNOWN: message("I do not know a proposal with the reference {reference}. Please check it."),
    Reason.STATE_UNKNOWN: message("“{state}” is not a state of a proposal. The states are: {states}."),
    Reason.ANSWER_EMPTY: message("An answer needs words, in at least one language."),
    Reason.EDITING_ENDED: message(
        "In “{process}” a proposal can be changed for {within} after it is published or changed."
        " For this one that was until {until}."
    ),
    Reason.ANSWERED_STAYS_AS_IT_IS: message(
        "The town answered this proposal on {on}. What has an answer stays as it is."
    ),
    Reason.HIDDEN_STAYS_AS_IT_IS: message("A proposal that the town has hidden cannot be changed."),
    Reason.REDACTED_STAYS_AS_IT_IS: message(
        "The town has taken something out of this proposal, so it cannot be changed."
        " If you do not agree, write APPEAL: a person of the town will look at it again."
    ),
    Reason.READ_STAYS_AS_IT_IS: message(
        "In “{process}” the town reads proposals before they are published. What it has read stays as it is."
    ),
    Reason.SUPPORTED_STAYS: message(
        "A proposal that somebody supports cannot be withdrawn: it is theirs too."
        " If the only support is yours, take it back first."
    ),
    Reason.PROPOSAL_HIDDEN: message("Nobody but you can see this proposal now, so it takes no supports."),
    Reason.PROPOSAL_REJECTED: message(
        "The town rejected this proposal on {on}, and a rejected proposal takes no supports."
    ),
    Reason.ALREADY_SUPPORTED: message("You already support this proposal. Each person supports it once."),
    Reason.NOT_SUPPORTED: message("You do not support this proposal, so there is nothing to take back."),
    Reason.SUPPORTS_SPENT: messages(
        "“{process}” allows {count} support per person, and you have given yours."
        " Take it back to support another proposal.",
        "“{process}” allows {count} supports per person, and you have given yours."
        " Take one back to support another proposal.",
    ),
    Reason.SUPPORTS_COMPLETE: message(
        "This proposal has all the supports that “{process}” asks for, so it takes no more. Other ones need yours."
    ),
    Reason.NOTHING_TO_WAIT_FOR: message("The town has set no day for that, so I cannot remind you of it."),
    Reason.COMMENT_UNKNOWN: message("I do not know a comment with the reference {reference}. Please check it."),
    Reason.COMMENT_EMPTY: message("I received no words. Please write your comment."),
    Reason.COMMENT_TOO_LONG: messages(
        "A comment has at most {most} characters. Yours has {length}: {count} too many.",
        "A comment has at most {most} characters. Yours has {length}: {count} too many.",
    ),
    Reason.COMMENT_TAKEN_BACK: message("Its author took that comment back, so nobody can answer it any more."),
    Reason.HIDDEN_TAKES_NO_COMMENTS: message("Only its author can see it now, so it takes no comments."),
    Reason.SIDE_UNKNOWN: message("That side cannot be taken here. Please choose again."),
    Reason.TOO_DEEP: message("Answers go three levels deep, and this is the last. Answer the one above it instead."),
    Reason.NOT_THE_AUTHOR: message("Only its author can do that."),
    Reason.DEBATE_NOT_BEGUN: message("The debate “{debate}” has not begun yet. It opens on {opens_on}."),
    Reason.DEBATE_ENDED: message("The debate “{debate}” has ended. Its last day was {last_day}."),
    Reason.DEBATE_CONCLUDED: message("The debate “{debate}” closed on {on}, when the town wrote its conclusions."),
    Reason.SURVEY_UNKNOWN: message("I cannot find that survey. It may have been taken down."),
    Reason.ALREADY_ANSWERED: message(
        "You answered “{survey}” on {on}. Each person answers once. Your receipt is {receipt}."
    ),
    Reason.ALREADY_ANSWERED_UNNAMED: message(
        "You have answered “{survey}”. Each person answers once, and nobody can tell which answers are yours."
    ),
    Reason.SURVEY_NOT_BEGUN: message("“{survey}” can be answered from {opens_on} on."),
    Reason.SURVEY_CLOSED: message("“{survey}” has closed: the last day to answer it was {last_day}."),
    Reason.SURVEY_TERMS_NOT_ACCEPTED: message("To answer you have to accept what the survey says first."),
    Reason.QUESTION_UNANSWERED: message("This question needs an answer before you send the survey: “{question}”"),
    Reason.OPTION_UNKNOWN: message("The town has changed this question since. Please answer it again: “{question}”"),
    Reason.OPTION_TWICE: message("Please choose each one only once."),
    Reason.ONE_OPTION: message("Only one can be chosen here. Please choose again."),
    Reason.TOO_MANY_OPTIONS: messages("You can choose {count} at most.", "You can choose {count} at most."),
    Reason.NOT_ALL_SORTED: messages(
        "Please put all {count} in order, each one once.", "Please put all {count} in order, each one once."
    ),
    Reason.TEXT_TOO_LONG: messages(
        "The answer has at most {most} characters. Yours has {length}: {count} too many.",
        "The answer has at most {most} characters. Yours has {length}: {count} too many.",
    ),
    Reason.BLOCKED: message(
        "Since {since} you can read here and not write. Why: {why}. If you do not agree, write APPEAL:"
        " a person of the town will look at it again."
    ),
    Reason.OWN_ITEM: message("That is your own: you cannot report it."),
    Reason.ALREADY_REPORTED: message("You reported it on {on}. Once is enough: a person of the town will look at it."),
    Reason.NOTHING_TO_APPEAL: message("There is no decision against you or what you published."),
    Reason.ALREADY_APPEALED: message("You asked for another look on {on}. The answer will come here."),
    Reason.ADDRESS_NOT_REACHED: message("I cannot write to that kind of address from here. Please write another one."),
    Reason.ADDRESS_UNREADABLE: message("I cannot read that address. Please write it again, such as {example}."),
    Reason.ADDRESS_IS_YOURS: message("That address is linked with this one already: you are one person here."),
    Reason.CODES_SPENT: message("I send {most} codes a day at most, and you have had yours. Please try tomorrow."),
    Reason.DATA_SENT_LATELY: messages(
        "I sent you your data less than an hour ago. You can ask again in {count} minute.",
        "I sent you your data less than an hour ago. You can ask again in {count} minutes.",
    ),
    Reason.TICKET_UNKNOWN: message("I do not know a message of yours with the code {code}. Please check it."),
    Reason.TICKET_CLOSED: message("Your message {code} is closed. To write to the town again, write PERSON."),
    Reason.TICKET_TAKEN: message("A person of the town already writes to you, about {code}."),
    Reason.TICKET_NOT_TAKEN: message("Nobody of the town is writing to you about {code}."),
    Reason.TICKETS_OPEN: messages(
        "You have {count} open message with the town. Add to it instead.",
        "You have {count} open messages with the town. Add to one of them instead.",
    ),
    Reason.CITIZEN_STOPPED: message("You have asked for silence, so nobody can write to you here."),
    Reason.MESSAGE_EMPTY: message("I received no words. Please write your message."),
    Reason.MESSAGE_TOO_LONG: messages(
        "A message has at most {most} characters. Yours has {length}: {count} too many.",
        "A message has at most {most} characters. Yours has {length}: {count} too many.",
    ),
    Reason.NOT_ASKED: message("I have not asked you about that, or it is no longer as it was."),
    Reason.ASKED_ENOUGH: message("I have asked you twice already, and ask no more."),
    Reason.HOURS_UNCLEAR: message("Please write two hours of the day, such as 22-8."),
    Reason.TEXT_EMPTY: message("I received no words. Please write your answer."),
    Reason.FILE_KIND_UNKNOWN: message(
        "Here I take photos (JPEG, PNG or WebP) and PDF documents. Please send one of those."
    ),
    Reason.FILE_TOO_LARGE: message("That file is too large: it has more than {most} MB. Please send a smaller one."),
    Reason.TOO_MANY_FILES: messages(
        "Only {count} file fits here, and I have it. I have not kept this one.",
        "Only {count} files fit here, and I have them. I have not kept this one.",
    ),
}
