"""Rules: written, tried against real conversations, put in order, and their log."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router

from inbox import actions, payloads
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import automation as schemas
from inbox.api.schemas import shapes
from inbox.errors import Invalid
from inbox.rules import log
from inbox.rules.checking import Draft, check
from inbox.rules.dry_run import Looked, dry_run
from inbox.rules.vocabulary import vocabulary

router = Router(tags=["Rules and macros"])
manage, writing = may("settings.manage"), may("writing.manage")


@router.get("/rules", auth=manage, response=shapes.Listing[schemas.Rule])
def list_rules(request: HttpRequest) -> HttpResponse:
    """All rules in their order."""
    viewer = viewer_of(request)
    figures = log.figures(viewer)
    return listing([payloads.rule(row, figures.get(row.pk)) for row in log.rules(viewer)])


@router.get("/rules/vocabulary", auth=writing, response=schemas.Vocabulary)
def rule_vocabulary(request: HttpRequest) -> HttpResponse:
    """Every word that rules and macros are written with, and what can be picked."""
    return answer(vocabulary(viewer_of(request).organization))


@router.post("/rules", auth=manage, response={201: schemas.SavedRule})
def create_rule(request: HttpRequest, body: Body[schemas.RuleIn]) -> HttpResponse:
    """Write a rule; it is asked after the others. What can never match is refused in plain words."""
    row, warnings = actions.create_rule(viewer_of(request), body.model_dump())
    return answer(payloads.rule(row) | {"warnings": warnings}, status=201)


@router.put("/rules/order", auth=manage, response=shapes.Listing[schemas.Rule])
def order_rules(request: HttpRequest, body: Body[schemas.OrderIn]) -> HttpResponse:
    """Put all rules in an order. 409 `rules-changed` when these are not all that there are."""
    viewer = viewer_of(request)
    rows, figures = actions.order_rules(viewer, body.ids), log.figures(viewer)
    return listing([payloads.rule(row, figures.get(row.pk)) for row in rows])


@router.post("/rules/dry-run", auth=manage, response=schemas.DryRun)
def try_rule(request: HttpRequest, body: Body[schemas.DryRunIn]) -> HttpResponse:
    """What a rule would have done to the latest conversations, and why; nothing is changed."""
    viewer = viewer_of(request)
    saved = log.rule(viewer, body.rule_id) if body.rule_id else None
    draft = Draft(
        trigger=body.trigger,
        conditions=body.conditions,
        actions=body.actions,
        stops_others=body.stops_others,
        id=saved.pk if saved else None,
        position=saved.position if saved else None,
    )
    found = check(draft, viewer.organization)
    if found.errors:
        raise Invalid(found.errors)
    ran = dry_run(draft, viewer.organization, body.limit)
    return answer(
        {
            "looked_at": ran.looked_at,
            "matched": ran.matched,
            "items": [_looked(one) for one in ran.shown],
            "warnings": found.warnings,
        }
    )


@router.get("/rules/{rule_id}", auth=manage, response=schemas.Rule)
def get_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """One rule."""
    viewer = viewer_of(request)
    row = log.rule(viewer, rule_id)
    return answer(payloads.rule(row, log.figures(viewer).get(row.pk)))


@router.patch("/rules/{rule_id}", auth=manage, response=schemas.SavedRule)
def change_rule(request: HttpRequest, rule_id: UUID, body: Body[schemas.RulePatch]) -> HttpResponse:
    """Change a rule. To switch it off is possible whatever is wrong with it."""
    viewer = viewer_of(request)
    changes = {
        name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None
    }
    row, warnings = actions.change_rule(viewer, rule_id, changes)
    return answer(payloads.rule(row, log.figures(viewer).get(row.pk)) | {"warnings": warnings})


@router.delete("/rules/{rule_id}", auth=manage, response={204: None})
def remove_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Delete a rule with its log."""
    actions.remove_rule(viewer_of(request), rule_id)
    return HttpResponse(status=204)


@router.get("/rules/{rule_id}/runs", auth=manage, response=shapes.Listing[schemas.RuleRun])
def list_rule_runs(request: HttpRequest, rule_id: UUID, page: Query[schemas.RunsPage]) -> HttpResponse:
    """What a rule did and why, newest first; kept for 90 days."""
    rows, cursor = log.runs(viewer_of(request), rule_id, page.limit, page.cursor)
    return listing([payloads.rule_run(row) for row in rows], cursor)


def _looked(one: Looked) -> payloads.Shape:
    conversation = one.conversation
    return {
        "conversation": {
            "id": str(conversation.pk),
            "number": conversation.number,
            "subject": conversation.subject,
            "contact": conversation.requester.name,
        },
        "matches": one.matches,
        "why": one.why,
        "would": one.would,
    }
