"""Addresses of measures and scores, inside the desk's."""

from django.urls import path

from onegrid.portals.desk.scores import judging, measuring, pages, ruling

urlpatterns = [
    path("measures/", measuring.board, name="measures"),
    path("measures/list/", measuring.behind, name="measures_list"),
    path("measures/export.xlsx", measuring.export, name="measures_export"),
    path("scores/", pages.ranking, name="scores"),
    path("scores/export.xlsx", pages.export, name="scores_export"),
    path("scores/appeals/", judging.appeals, name="score_appeals"),
    path("scores/appeals/<int:appeal_id>/", judging.decide, name="score_appeal_decide"),
    path("scores/signs/", judging.sign_list, name="score_signs"),
    path("scores/signs/<int:sign_id>/", judging.review, name="score_sign_review"),
    path("scores/rules/", ruling.rules, name="score_rules"),
    path("scores/rules/<int:rule_id>/", ruling.rule, name="score_rule"),
    path("scores/rules/<int:rule_id>/start/", ruling.start, name="score_rule_start"),
    path("scores/rules/<int:rule_id>/publish/", ruling.publish, name="score_rule_publish"),
    path("scores/rules/<int:rule_id>/discard/", ruling.discard, name="score_rule_discard"),
    path("scores/<int:score_id>/", pages.score, name="score"),
    path("scores/<int:score_id>/export.xlsx", pages.export_one, name="score_export"),
    path("scores/<int:score_id>/appeal/", judging.appeal, name="score_appeal"),
    path("scores/<int:score_id>/correct/", judging.correct, name="score_correct"),
]
