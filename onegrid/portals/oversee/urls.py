"""Addresses of supervision. Units that are asked something come here as well, by their notice."""

from django.urls import path, re_path

from onegrid.portals.oversee import briefs, instructions, pages, pressing, ranks

app_name = "oversee"
urlpatterns = [
    path("oversee/", pages.today, name="today"),
    path("oversee/matters/", pages.matters, name="matters"),
    path("oversee/groups/", pages.groups_page, name="groups"),
    path("oversee/matters/<str:number>/press/", pressing.press, name="press"),
    path("oversee/ranks/", ranks.ranking, name="ranks"),
    path("oversee/brief/", briefs.newest, name="brief_newest"),
    path("oversee/briefs/", briefs.brief_list_page, name="briefs"),
    path("oversee/briefs/<int:brief_id>/", briefs.brief, name="brief"),
    path("oversee/briefs/<int:brief_id>/pdf/", briefs.brief_pdf, name="brief_pdf"),
    path("oversee/briefs/<int:brief_id>/<str:key>/", briefs.brief_cases, name="brief_cases"),
    path("oversee/instructions/", instructions.instruction_list, name="instructions"),
    re_path(
        "^oversee/instructions/export[.](?P<form>csv|xlsx)$", instructions.export, name="instructions_export"
    ),
    path("oversee/instructions/new/", instructions.new, name="instruction_new"),
    path("oversee/instructions/<int:instruction_id>/", instructions.instruction, name="instruction"),
    path("oversee/errands/<int:errand_id>/<str:verb>/", instructions.act, name="errand"),
    path("oversee/instructions/files/<int:file_id>/", instructions.attached, name="instruction_file"),
]
