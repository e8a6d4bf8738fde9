from __future__ import annotations

from django.urls import include, path

from moyai.office.accounts import views

app_name = "accounts"

_of_one = [
    path("", views.members.show, name="organisation"),
    path("first-administrator/", views.members.invite_first_administrator, name="first-administrator"),
    path("posts/add/", views.members.add_post, name="add-post"),
    path("posts/<int:post_id>/", views.members.change_post, name="change-post"),
    path("posts/<int:post_id>/close/", views.members.close_post, name="close-post"),
    path("tenures/<int:tenure_id>/hand-over/", views.members.hand_over, name="hand-over"),
    path("tenures/<int:tenure_id>/end/", views.members.end_tenure, name="end-tenure"),
    path("tenures/<int:tenure_id>/suspend/", views.members.suspend_tenure, name="suspend-tenure"),
    path("tenures/<int:tenure_id>/resume/", views.members.resume_tenure, name="resume-tenure"),
    path("tenures/<int:tenure_id>/reset/", views.members.reset_password, name="reset-password"),
    path("invitations/add/", views.members.invite, name="invite"),
    path("invitations/<int:invitation_id>/revoke/", views.members.revoke_invitation, name="revoke-invitation"),
    path("keys/", views.keys.show, name="keys"),
    path("keys/add/", views.keys.create, name="create-key"),
    path("keys/<int:key_id>/revoke/", views.keys.revoke, name="revoke-key"),
    path("audit/", views.trail.show, name="audit"),
    path("audit.csv", views.trail.download, name="audit-csv"),
]

urlpatterns = [
    path("accounts/", views.mine.show, name="my-account"),
    path("accounts/post/", views.mine.choose_post, name="choose-post"),
    path("accounts/invitation/", views.mine.accept_invitation, name="accept-invitation"),
    path("accounts/invitation/<str:token>/", views.mine.open_invitation, name="open-invitation"),
    path("accounts/reset/", views.mine.set_password, name="set-password"),
    path("accounts/reset/<str:token>/", views.mine.open_reset, name="open-reset"),
    # In the place of allauth's pages for what an invited person cannot do.
    path("accounts/email/", views.mine.show),
    path("accounts/password/reset/", views.mine.forgotten_password),
    path("organisation/", views.members.mine, name="my-organisation"),
    path("organisation/directory/", views.members.directory, name="directory"),
    path("organisation/directory/add/", views.members.register, name="register-organisation"),
    path("organisation/<str:tenant>/", include(_of_one)),
]
