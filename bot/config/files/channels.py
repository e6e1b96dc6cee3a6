"""`channels.yaml`: the town's account on each channel, its secrets only by name."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field

from bot.config.kinds import (
    AccountSid,
    ApiUrl,
    ContentSid,
    Country,
    Email,
    Host,
    Language,
    Phone,
    Secret,
    SecretFile,
    ServiceSid,
    Username,
    Written,
)

Money: TypeAlias = Annotated[float, Field(ge=0, le=1_000_000)]


class Part(Written):
    """An account of the town's own, or `account: platform` to speak through the platform's."""

    account: Literal["platform"] | None = Field(default=None, examples=["platform"])


class TelegramPart(Part):
    """A bot of the town's own, or `account: platform` to speak through the platform's."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["account"]}, {"required": ["token"]}, {"required": ["token_file"]}],
        }
    )

    token: Secret | None = Field(default=None, examples=["${TELEGRAM_TOKEN_VILANOVA}"])
    token_file: SecretFile | None = Field(default=None, examples=["/run/secrets/telegram-vilanova"])
    secret: Secret | None = Field(default=None, examples=["${TELEGRAM_SECRET_VILANOVA}"])
    secret_file: SecretFile | None = Field(default=None, examples=["/run/secrets/telegram-vilanova-webhook"])
    username: Username | None = Field(default=None, examples=["vilanova_bot"])
    mode: Literal["webhook", "poll"] = Field(default="webhook", examples=["poll"])
    base_url: ApiUrl = Field(default="https://api.telegram.org", examples=["https://api.telegram.org"])
    rate: float = Field(default=25.0, gt=0, le=1000, description="Messages a second.", examples=[25])


class PaidPart(Part):
    """What an account at Twilio has, whatever the channel: who it is, and what may be spent."""

    account_sid: AccountSid | None = Field(default=None, examples=["AC00000000000000000000000000000000"])
    token: Secret | None = Field(default=None, examples=["${TWILIO_TOKEN}"])
    token_file: SecretFile | None = Field(default=None, examples=["/run/secrets/twilio"])
    second_token: Secret | None = Field(
        default=None, description="Accepted as well, while the token is being changed.", examples=["${TWILIO_NEXT}"]
    )
    second_token_file: SecretFile | None = Field(default=None, examples=["/run/secrets/twilio-next"])
    number: Phone | None = Field(default=None, examples=["+34 600 000 000"])
    service: ServiceSid | None = Field(
        default=None,
        description="A Messaging Service, in place of a number.",
        examples=["MG00000000000000000000000000000000"],
    )
    base_url: ApiUrl = Field(default="https://api.twilio.com", examples=["https://api.twilio.com"])
    price: Money = Field(default=0.0, description="Of one segment or message, in the account's currency.")
    prices: Mapping[Country, Money] = Field(
        default_factory=dict, description="By country, where it differs.", examples=[{"FR": 0.09}]
    )
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    cap_day: Money | None = Field(default=None, description="What may be spent in a day of the town's.")
    cap_month: Money | None = Field(default=None, description="What may be spent in a calendar month.")


class SmsPart(PaidPart):
    """A number or a Messaging Service at Twilio."""

    countries: list[Country] = Field(
        default_factory=lambda: ["ES"],
        min_length=1,
        description="Where messages are sent to; nowhere else.",
        examples=[["ES", "AD"]],
    )
    rate: float = Field(default=1.0, gt=0, le=1000, description="Messages a second.", examples=[1])
    segments: int = Field(default=4, ge=1, le=10, description="Of one message, at most.", examples=[4])
    strips_accents: bool = Field(
        default=False, description="Write without accents, which halves the price and harms the language."
    )


class WhatsappPart(PaidPart):
    """A WhatsApp sender at Twilio."""

    content_url: ApiUrl = Field(default="https://content.twilio.com", examples=["https://content.twilio.com"])
    rate: float = Field(default=40.0, gt=0, le=1000, description="Messages a second.", examples=[40])
    templates: Mapping[str, Mapping[Language, ContentSid]] = Field(
        default_factory=dict,
        description="Approved templates by name and language: what may be said after 24 hours of silence.",
        examples=[{"news": {"ca": "HX00000000000000000000000000000000"}}],
    )


class EmailPart(Part):
    """A mailbox: mail comes in by LMTP from the mail server, or is fetched by IMAP; it goes out by SMTP."""

    address: Email | None = Field(default=None, examples=["participa@vilanova.example.org"])
    incoming: Literal["lmtp", "imap"] = Field(default="lmtp", examples=["imap"])
    authserv_id: Host | None = Field(
        default=None,
        description="The name our own mail server signs its Authentication-Results with; no other is believed.",
        examples=["mx.vilanova.example.org"],
    )
    smtp_host: Host | None = Field(default=None, examples=["smtp.vilanova.example.org"])
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="`none` is for this machine alone."
    )
    imap_host: Host | None = Field(default=None, examples=["imap.vilanova.example.org"])
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_security: Literal["tls", "none"] = Field(default="tls", description="`none` is for this machine alone.")
    imap_folder: str = Field(default="INBOX", min_length=1, max_length=100)
    imap_done: str = Field(default="Participabot", description="Where mail is moved once it has acted.", min_length=1)
    user: str | None = Field(default=None, max_length=200, examples=["participa@vilanova.example.org"])
    password: Secret | None = Field(default=None, examples=["${MAIL_PASSWORD_VILANOVA}"])
    password_file: SecretFile | None = Field(default=None, examples=["/run/secrets/mail-vilanova"])
    rate: float = Field(default=5.0, gt=0, le=1000, description="Messages a second.", examples=[5])


class ChannelsFile(Written):
    """One account per channel."""

    telegram: TelegramPart | None = Field(default=None)
    sms: SmsPart | None = Field(default=None)
    whatsapp: WhatsappPart | None = Field(default=None)
    email: EmailPart | None = Field(default=None)
