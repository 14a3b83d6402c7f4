"""Attachments: files uploaded to be sent, and fresh links to files that were."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile

from inbox import payloads, queries
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer
from inbox.api.problems import TooLarge
from inbox.api.schemas import shapes
from media import attachments
from media.storage import FileTooLarge

router = Router(tags=["Attachments"])


@router.post(
    "/attachments",
    auth=may("conversations.answer"),
    response={201: shapes.Attachment},
    url_name="upload",
)
def upload(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Keep a file of up to 25 MB; name its id in `attachment_ids` of a message to send it."""
    viewer = viewer_of(request)
    try:
        kept = attachments.create(
            viewer.organization,
            file.name or "",
            file.content_type or "",
            file.chunks(),
            uploaded_by=viewer.user,
        )
    except FileTooLarge:
        raise TooLarge("A file may have 25 MB.") from None
    return answer(payloads.attachment(kept), 201)


@router.get("/attachments/{attachment_id}", auth=may("conversations.view"), response=shapes.Attachment)
def get_attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    """A file with a fresh link, for a page that was open for long."""
    return answer(payloads.attachment(queries.attachment(viewer_of(request), attachment_id)))
