"""What Slack's error codes mean to the hub, and in words (https://docs.slack.dev/reference/methods/chat.postMessage)."""

from dataclasses import dataclass

from hub.messages import ErrorClass


@dataclass(frozen=True, slots=True)
class Row:
    """Who must act, what people read of it, and whether it may have happened all the same."""

    error_class: ErrorClass
    words: str
    uncertain: bool = False


_AGAIN = "Slack does not accept the hub's token any more. Sign in again."
_LATER = "Slack has a trouble of its own; it is tried again."
_PERHAPS = "Slack failed on the way."
_TABLE = {
    ErrorClass.RECONNECT: {
        "invalid_auth": _AGAIN,
        "not_authed": "The channel has no token. Sign in to Slack.",
        "account_inactive": "The app was removed from the workspace, or the workspace is gone.",
        "is_inactive": "The workspace is not active.",
        "token_revoked": "Somebody took the hub's permission back in Slack. Sign in again.",
        "token_expired": _AGAIN,
        "not_allowed_token_type": "This is not a bot token. It begins with xoxb-.",
        "org_login_required": "The workspace is being moved into an organization. Sign in again afterwards.",
        "no_permission": "The app may not do this in the workspace.",
        "missing_scope": "The app lacks a permission. Add it in Slack, and install the app again.",
        "ekm_access_denied": "The workspace's administrators have stopped the app by their encryption keys.",
        "access_denied": "The workspace's administrators do not let the app do this.",
        "team_access_not_granted": "The app has not been let into this workspace.",
    },
    ErrorClass.THROTTLED: {
        "ratelimited": "Slack asks to send more slowly.",
        "rate_limited": "Slack asks to send more slowly.",
        "message_limit_exceeded": "The workspace has sent as many messages as it may for now.",
    },
    ErrorClass.RETRY: {
        "request_timeout": _LATER,
        "service_unavailable": _LATER,
        "team_added_to_org": "The workspace is being moved into an organization; it is tried again.",
    },
    ErrorClass.RECIPIENT: {
        "channel_not_found": "Slack does not know this conversation, or the app is not in it.",
        "not_in_channel": "The app is not in this channel any more. Somebody there must invite it.",
        "is_archived": "The channel is archived.",
        "user_not_found": "Slack does not know this person.",
        "user_not_visible": "The app may not write to this person.",
        "cannot_dm_bot": "Bots cannot be written to.",
        "user_disabled": "This person's account is switched off.",
        "restricted_action": "The workspace does not let the app write in this channel.",
        "restricted_action_read_only_channel": "Only some people may write in this channel.",
        "restricted_action_thread_locked": "The thread is locked.",
    },
    ErrorClass.PERMANENT: {
        "msg_too_long": "The message is too long for Slack.",
        "no_text": "Slack takes no empty messages.",
        "too_many_attachments": "These are too many files for one message.",
        "thread_not_found": "The thread is gone.",
        "cant_update_message": "Slack does not let this message be changed.",
        "edit_window_closed": "The workspace does not let messages be changed after so long.",
        "message_not_found": "The message is gone.",
        "cant_delete_message": "Slack does not let this message be taken back.",
        "compliance_exports_prevent_deletion": "The workspace keeps all messages; none can be taken back.",
        "invalid_name": "Slack has no such emoji.",
        "too_many_reactions": "The message has as many reactions as it can have.",
        "too_many_emoji": "The message has as many different emoji as it can have.",
        "file_upload_size_restricted": "The workspace takes no files of this size.",
        "file_uploads_disabled": "The workspace takes no files.",
        "file_uploads_except_images_disabled": "The workspace takes no files but pictures.",
        "storage_limit_reached": "The workspace has no room for files any more.",
    },
}

ROWS = {
    code: Row(error_class, words) for error_class, rows in _TABLE.items() for code, words in rows.items()
} | {
    # "It's possible some aspect of the operation succeeded before the error was raised."
    "fatal_error": Row(ErrorClass.RETRY, _PERHAPS, uncertain=True),
    "internal_error": Row(ErrorClass.RETRY, _PERHAPS, uncertain=True),
}
"""By the `error` of an answer. What is not here is the message's own fault."""
