"""Pages and API of matching, and of what was found of HubSpot's own QuickBooks app."""

from django.urls import URLPattern, path

from sync import api_coexistence, api_matches
from sync.views import coexistence, linking, matching, merges

COMPANY = "companies/<uuid:company_id>"
MATCHING = f"{COMPANY}/matching"
pages: list[URLPattern] = [
    path("matching/", matching.matching_index, name="sync_matching"),
    path(f"{MATCHING}/search/", matching.search_matches, name="sync_match_search"),
    path(f"{MATCHING}/progress/", matching.match_progress, name="sync_match_progress"),
    path(f"{MATCHING}/confirm/", matching.confirm_matches, name="sync_match_confirm"),
    path(f"{MATCHING}/merges/", merges.merges, name="sync_merges"),
    path(f"{MATCHING}/merges/<uuid:ended_id>/", merges.settle_merge, name="sync_settle_merge"),
    path(f"{MATCHING}/options/<str:kind>/", linking.match_options, name="sync_match_options"),
    path(f"{MATCHING}/links/<uuid:link_id>/unlink/", linking.unlink_record, name="sync_unlink"),
    path(f"{MATCHING}/links/<uuid:link_id>/company/", linking.retie_contact, name="sync_retie"),
    path(
        f"{MATCHING}/suggestions/<uuid:suggestion_id>/decline/",
        linking.decline_match,
        name="sync_decline_match",
    ),
    path(f"{MATCHING}/records/<uuid:record_id>/", linking.match_record, name="sync_match_record"),
    path(
        f"{MATCHING}/records/<uuid:record_id>/link/<str:kind>/<str:hubspot_id>/",
        linking.link_record,
        name="sync_link_record",
    ),
    path(f"{MATCHING}/<str:object>/", matching.matching, name="sync_matching_of"),
    path(f"{MATCHING}/<str:object>/export.csv", matching.matching_csv, name="sync_matching_csv"),
    path(f"{COMPANY}/coexistence/", coexistence.coexistence, name="sync_coexistence"),
    path(f"{COMPANY}/coexistence/again/", coexistence.look_again, name="sync_coexistence_again"),
]
API = "api/v1/companies/<uuid:company_id>"
endpoints: list[URLPattern] = [
    path(f"{API}/matches", api_matches.Matches.as_view(), name="api-matches"),
    path(f"{API}/matches/confirm", api_matches.ConfirmMatches.as_view(), name="api-match-confirm"),
    path(f"{API}/matches/search", api_matches.SearchMatches.as_view(), name="api-match-search"),
    path(
        f"{API}/matches/<uuid:record_id>/link",
        api_matches.LinkMatch.as_view(),
        name="api-match-link",
    ),
    path(
        f"{API}/matches/<uuid:record_id>/unlink",
        api_matches.UnlinkMatch.as_view(),
        name="api-match-unlink",
    ),
    path(f"{API}/coexistence", api_coexistence.CoexistenceOf.as_view(), name="api-coexistence"),
    path(
        f"{API}/coexistence/check",
        api_coexistence.CheckCoexistence.as_view(),
        name="api-coexistence-check",
    ),
    path(
        f"{API}/coexistence/dismiss",
        api_coexistence.DismissCoexistence.as_view(),
        name="api-coexistence-dismiss",
    ),
]
