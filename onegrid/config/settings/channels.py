"""Ways of sending notices out of the platform; each is off until its variable is given (docs/accounts.md)."""

from onegrid.config.environment import environment

SMS_URL = environment().sms_url
SMS_KEY = environment().sms_key
WECOM_URL = environment().wecom_url
DINGTALK_URL = environment().dingtalk_url
DINGTALK_SECRET = environment().dingtalk_secret
EMAIL_TIMEOUT = 10  # seconds for each word of the mail server; Django's own is to wait for ever
EMAIL_HOST = environment().mail_host
DEFAULT_FROM_EMAIL = environment().mail_from
DEMO_CHANNEL = environment().demo_channel
