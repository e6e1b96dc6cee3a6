"""The lines by which mail programs announce what they quote, in Catalan, Spanish and English, and those that they and
companies put below. Each says when and who, or it is taken for a person's own words."""

import re
from collections.abc import Sequence

MOST_LINES = 5
"""Lines over which an announcement may be broken."""

_LONGEST = 600
_I = re.IGNORECASE
_WROTE = r"(?:va(?:n|ren)? escriure|vàreu escriure|ha(?:n)? escrit|escrigué|escribió|escribio|ha escrito|wrote|a écrit)"
_WHEN = r"(?:\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})"
_WHO = r"[<\[(][^\s<>@]+@[^\s<>@]+[>\])]"

_BEGINS = re.compile(r"(?:el|en|on|a|le)\b", _I)
_BEGINS_WITH_DATE = re.compile(r"(?:\w{1,12}\.?,? )?\d{1,4}\b")
_ENDS = re.compile(rf"\b{_WROTE}\s*(?:{_WHO}\s*)?:?$", _I)
_ENDS_WITH_WHO = re.compile(rf"{_WHO}\s*:$")
_ENDS_WITH_WHEN = re.compile(rf"\b{_WROTE}[,\s]+(?:el|en|on|a les|le)\b.{{0,60}}{_WHEN}.{{0,40}}:$", _I)
_ENDS_WITH_DAY = re.compile(rf"\b(?:del dia|data|de data)\b.{{0,60}}{_WHEN}.{{0,40}}:$", _I)
_HAS_WHEN = re.compile(_WHEN)
_MESSAGE_OF = re.compile(r"missatge de ", _I)
_QUOTING = re.compile(r"(?:quoting|citant|citando|mensaje citado por|missatge citat per)\b.{1,200}:", _I)
_DAY_AND_TIME = re.compile(r"(?=.*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|.*\b20\d{2}\b).*\b\d{1,2}[:.h]\d{2}\b.*:")
_GOES_ON = re.compile(rf"(?:el|on)\b.{{0,200}}{_WHO}\s*{_WROTE}:\s+\S", _I)
_ONLY_WHO = re.compile(rf".{{1,120}}\b{_WROTE}\s*:", _I)
_SURE = re.compile(rf"{_WHO}|\d{{1,2}}[:.h]\d{{2}}")

_TITLES = (
    "missatge original", "mensaje original", "original message", "missatge reenviat", "mensaje reenviado",
    "forwarded message", "correu original", "correo original", "message d'origine",
)  # fmt: skip
_SEPARATOR = re.compile(rf"[-–—_=*\s]{{2,}}(?:{'|'.join(_TITLES)})[-–—_=*\s]{{2,}}", _I)
_FORWARDED = re.compile(r"(?:inici del missatge reenviat|inicio del mensaje reenviado|begin forwarded message)\s*:", _I)
_FIELD = re.compile(r"[*_\s]*([\w/' ]{1,24}?)\s*[*_]*\s*:[*_]*(?:\s|$)")
_FROM = {"de", "from", "remitent", "remitente"}
_SENT = {"enviat", "enviat el", "enviats", "data", "data d'enviament", "enviado", "enviado el", "enviado a las"}
_SENT |= {"fecha", "fecha de envío", "sent", "date", "data i hora"}
_OTHER = {"per a", "per", "a", "para", "to", "cc", "a/c", "assumpte", "asunto", "subject", "tema"}

_SENT_WITH = re.compile(
    r"(?:enviat|enviada|enviado|sent|escrit|escrito)\b.{0,25}?\b(?:des d(?:el?\b|['’])|(?:amb|mitjançant|desde|con"
    r"|mediante|from|with|using|via)\b).{2,90}",
    _I,
)
_GET = re.compile(r"(?:obteniu|obtingueu|obtén|obtener|obtenga|baixeu|get) (?:l['’]|el )?outlook\b.{2,60}", _I)
_NO_VIRUS = re.compile(r"(?:lliure de virus|libre de virus|virus-free)\b.{0,80}", _I)
_SORRY = re.compile(r"(?:disculp|perdon|excuse)\w*\b.{0,20}\b(?:brevetat|brevedad|brevity)\b.{0,60}", _I)
_DEVICES = (
    "iphone", "ipad", "android", "samsung", "galaxy", "xiaomi", "huawei", "mòbil", "móvil", "mobile", "telèfon",
    "teléfono", "phone", "tablet", "tauleta", "outlook", "mail", "correu", "correo", "windows", "yahoo", "proton",
    "thunderbird", "k-9", "dispositiu", "dispositivo", "device", "blackberry",
)  # fmt: skip
_DEVICE = re.compile(rf"\b(?:{'|'.join(_DEVICES)})", _I)
_NOTICES = (
    "avís legal", "aviso legal", "advertència legal", "advertencia legal", "legal notice", "disclaimer",
    "clàusula de confidencialitat", "cláusula de confidencialidad", "nota de confidencialitat",
    "nota de confidencialidad", "confidentiality notice", "abans d'imprimir", "antes de imprimir",
    "please consider the environment",
)  # fmt: skip
_NOTICE = re.compile(rf"\W*(?:{'|'.join(_NOTICES)})\b", _I)
_THIS_MAIL = re.compile(
    r"\W*(?:aquest (?:missatge|correu)|este (?:mensaje|correo)|this (?:e-?mail|message)|la informació continguda"
    r"|la información contenida)\b",
    _I,
)
_SECRET = re.compile(r"confidencial|destinatari|confidential|intended|privilegiad", _I)
_BY_LAW = re.compile(
    r"\W*(?:de conformitat amb|de conformidad con|d'acord amb|de acuerdo con|en cumplimiento|en compliment"
    r"|le informamos|us informem|l'informem)\b",
    _I,
)
_LAW = re.compile(r"2016/679|rgpd|lopd|protecció de dades|protección de datos", _I)
_MARKER = re.compile(
    r"\W*(?:respon|responeu|contesta|escriu|escriviu|responde|escribe|reply|write|answer)\b.{0,40}"
    r"\b(?:sobre|damunt|encima|above)\b.{0,25}(?:l\S{1,4}(?:nia|nea)|ratlla|raya|line)\W*",
    _I,
)


def is_marker(line: str) -> bool:
    """Our own line, above which an answer is written."""
    return len(line) <= 150 and bool(_MARKER.fullmatch(line))


def is_separator(line: str) -> bool:
    """A line between an answer and what it answers."""
    begins_a_quote = _GOES_ON.match(line[:_LONGEST]) and _HAS_WHEN.search(line)
    return bool(_SEPARATOR.fullmatch(line) or _FORWARDED.fullmatch(line) or begins_a_quote)


def is_attribution(line: str, is_before_quote: bool, is_whole: bool = True) -> bool:
    """Who wrote what follows, and when. Less is asked of a line that stands before what is marked as a quote."""
    line = line.strip("-–—*_ ")
    if len(line) > _LONGEST or not (line.endswith(":") or _ENDS.search(line[-120:])):
        return False
    if is_before_quote and is_whole and any(rule.fullmatch(line) for rule in (_ONLY_WHO, _QUOTING, _DAY_AND_TIME)):
        return True
    is_known = _says_who_wrote(line) or (is_whole and (_says_date_first(line) or bool(_ENDS_WITH_WHEN.search(line))))
    return is_known and (is_before_quote or bool(_SURE.search(line)))


def _says_who_wrote(line: str) -> bool:
    if _MESSAGE_OF.match(line):
        return bool(_ENDS_WITH_DAY.search(line))
    return bool(_BEGINS.match(line) and _ENDS.search(line) and _HAS_WHEN.search(line))


def _says_date_first(line: str) -> bool:
    is_ended = _ENDS.search(line) or _ENDS_WITH_WHO.search(line)
    return bool(_BEGINS_WITH_DATE.match(line) and is_ended and _HAS_WHEN.search(line))


def is_letterhead(lines: Sequence[str]) -> bool:
    """The head of a mail as Outlook and phones write it above what is answered: from whom, when, to whom, what of."""
    fields = [_FIELD.match(line) for line in lines]
    names = [found[1].strip().lower() if found else "" for found in fields]
    if not names or names[0] not in _FROM:
        return False
    others = set(names[1:])
    return bool(others & _SENT and others & _OTHER and any(_SURE.search(line) for line in lines))


def is_footer(line: str) -> bool:
    """What a phone or a program says of itself below an answer."""
    if len(line) > 140:
        return False
    is_sent_with = _SENT_WITH.fullmatch(line) and _DEVICE.search(line)
    return bool(is_sent_with or _GET.fullmatch(line) or _NO_VIRUS.fullmatch(line) or _SORRY.fullmatch(line))


def is_disclaimer(paragraph: str) -> bool:
    """What a company's mail server puts below everything."""
    start = paragraph[:4000]
    is_secret = _THIS_MAIL.match(start) and _SECRET.search(start)
    return bool(_NOTICE.match(start) or is_secret or (_BY_LAW.match(start) and _LAW.search(start)))
