"""`channels.yaml`: the town's account on each channel, its secrets only by name."""

from typing import Literal

from pydantic import ConfigDict, Field

from bot.config.kinds import ApiUrl, Secret, SecretFile, Username, Written


class TelegramPart(Written):
    """A bot of the town's own, or `account: platform` to speak through the platform's."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["account"]}, {"required": ["token"]}, {"required": ["token_file"]}],
        }
    )

    account: Literal["platform"] | None = Field(default=None, examples=["platform"])
    token: Secret | None = Field(default=None, examples=["${TELEGRAM_TOKEN_VILANOVA}"])
    token_file: SecretFile | None = Field(default=None, examples=["/run/secrets/telegram-vilanova"])
    secret: Secret | None = Field(default=None, examples=["${TELEGRAM_SECRET_VILANOVA}"])
    secret_file: SecretFile | None = Field(default=None, examples=["/run/secrets/telegram-vilanova-webhook"])
    username: Username | None = Field(default=None, examples=["vilanova_bot"])
    mode: Literal["webhook", "poll"] = Field(default="webhook", examples=["poll"])
    base_url: ApiUrl = Field(default="https://api.telegram.org", examples=["https://api.telegram.org"])
    rate: float = Field(default=25.0, gt=0, le=1000, description="Messages a second.", examples=[25])


class ChannelsFile(Written):
    """One account per channel."""

    telegram: TelegramPart | None = Field(default=None)
