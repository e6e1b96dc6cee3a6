"""The tenants of one folder: what they must agree on."""

from bot.config.source import Source
from bot.config.tenants import check_all
from tests.bot.config.vilabona import good

PLATFORM = Source(
    "participa",
    {
        "platform.yaml": b"""name: {ca: Participa}
languages: [ca]
official_url: https://participa.example.org
support: {phone: +34 600 000 001, email: a@example.org, weekdays: [mon], opens: 9:00, closes: 12:00}
""",
        "channels.yaml": b"telegram: {token: '${TOKEN}', secret: '${SECRET}', username: participa_bot}\n",
    },
)
SHARING = b"telegram:\n  account: platform\n"


def town(tenant_id: str, channels: bytes = SHARING, keyword: str = "") -> Source:
    tenant = good().files["tenant.yaml"].replace(b"keyword: vilabona", f"keyword: {keyword or tenant_id}".encode())
    return Source(tenant_id, {**good().files, "tenant.yaml": tenant, "channels.yaml": channels})


def findings(*sources: Source) -> list[str]:
    return [f"{one.source.id}/{finding}" for one in check_all(sources) for finding in one.findings]


def test_towns_share_the_platforms_account() -> None:
    assert findings(PLATFORM, town("vila"), town("poble")) == []
    assert [one.loaded.shares for one in check_all([PLATFORM, town("vila")]) if one.loaded] == [
        frozenset(),
        {"telegram"},
    ]


def test_a_town_that_shares_needs_a_platform() -> None:
    assert findings(town("vila"), town("poble", b"{}\n")) == [
        "vila/channels.yaml:2:12: there is no platform beside this town (add its folder)"
    ]


def test_the_platform_needs_the_account_that_is_shared() -> None:
    bare = Source("participa", {"platform.yaml": PLATFORM.files["platform.yaml"]})
    assert findings(bare, town("vila")) == [
        "vila/channels.yaml:2:12: the platform `participa` has no account on telegram (add it to its channels.yaml)"
    ]


def test_one_installation_has_one_platform() -> None:
    other = Source("segona", {"platform.yaml": PLATFORM.files["platform.yaml"]})
    assert findings(PLATFORM, other) == [
        "segona/platform.yaml:1:1: a second platform, beside `participa` (one installation has one)"
    ]


def test_towns_of_one_account_are_told_apart_by_their_keyword() -> None:
    assert findings(PLATFORM, town("vila", keyword="Camí"), town("poble", keyword="cami")) == [
        "poble/tenant.yaml:10:10: `cami` is already the keyword of `vila`, on the same account (choose another word)"
    ]


def test_towns_with_accounts_of_their_own_may_have_the_same_keyword() -> None:
    own = b"telegram: {token: '${%s}', mode: poll, username: %s_bot}\n"
    assert findings(town("vila", own % (b"A", b"vila"), "riu"), town("poble", own % (b"B", b"poble"), "riu")) == []


def test_a_bot_belongs_to_one_town() -> None:
    own = b"telegram: {token: '${TOKEN}', mode: poll, username: vila_bot}\n"
    assert findings(town("vila", own), town("poble", own)) == [
        "poble/channels.yaml:1:19: `vila` already has this bot (one bot for each tenant)",
        "poble/channels.yaml:1:53: `vila` already has this bot (one bot for each tenant)",
    ]


def test_what_is_wrong_in_one_town_does_not_keep_another_from_being_good() -> None:
    broken = Source("vila", {**town("vila").files, "tenant.yaml": b"["})
    checked = check_all([PLATFORM, broken, town("poble")])
    assert [one.is_good for one in checked] == [True, False, True]


def test_a_town_alone_is_not_asked_for_its_platform() -> None:
    assert check_all([town("vila")], is_whole=False)[0].is_good
    assert not check_all([town("vila")])[0].is_good
