"""Any message that the engine might make, for hypothesis."""

from hypothesis import strategies as st

from channels.message import Choice, Outbound, Words

_hostile = st.sampled_from(
    [
        "<b>",
        "</b>",
        "&amp;",
        "&",
        "<",
        "\x00",
        "\ud83d",
        "\u202e",
        "👩\u200d👩\u200d👧",
        "🇨🇦",
        "e\u0301",
        "ç·l",
        " ",
        "\n\n",
    ]
)
_words = st.one_of(st.text(max_size=60), _hostile, st.text("aà😀 \n", max_size=300))
_long = st.builds(lambda words, times: words * times, _words, st.sampled_from([1, 3, 40, 700]))
text = st.lists(st.one_of(_words, _long), max_size=6).map("".join)
label = st.one_of(st.text(max_size=70), st.sampled_from(["Sí", "No", "Bé", "Millorar la il·luminació de la plaça"]))


@st.composite
def outbounds(draw: st.DrawFn) -> Outbound:
    labels = draw(st.lists(label, max_size=12))
    return Outbound(
        text=draw(text),
        title=draw(st.one_of(st.just(""), _words)),
        choices=tuple(Choice(number, words, f"lq3x9.{number}") for number, words in enumerate(labels, 1)),
        words=Words(choose=draw(st.sampled_from(["", "Respon amb el número."]))),
        replaces=draw(st.sampled_from(["", "41"])),
    )
