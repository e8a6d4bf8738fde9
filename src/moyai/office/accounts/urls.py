from __future__ import annotations

from django.urls import include, path

from moyai.office.accounts.views import keys, members, mine, trail

app_name = "accounts"

_of_one = [
    path("", members.show, name="organisation"),
    path("first-administrator/", members.invite_first_administrator, name="first-administrator"),
    path("posts/add/", members.add_post, name="add-post"),
    path("posts/<int:post_id>/", members.change_post, name="change-post"),
    path("posts/<int:post_id>/close/", members.close_post, name="close-post"),
    path("tenures/<int:tenure_id>/hand-over/", members.hand_over, name="hand-over"),
    path("tenures/<int:tenure_id>/end/", members.end_tenure, name="end-tenure"),
    path("tenures/<int:tenure_id>/suspend/", members.suspend_tenure, name="suspend-tenure"),
    path("tenures/<int:tenure_id>/resume/", members.resume_tenure, name="resume-tenure"),
    path("tenures/<int:tenure_id>/reset/", members.reset_password, name="reset-password"),
    path("invitations/add/", members.invite, name="invite"),
    path("invitations/<int:invitation_id>/revoke/", members.revoke_invitation, name="revoke-invitation"),
    path("keys/", keys.show, name="keys"),
    path("keys/add/", keys.create, name="create-key"),
    path("keys/<int:key_id>/revoke/", keys.revoke, name="revoke-key"),
    path("audit/", trail.show, name="audit"),
    path("audit.csv", trail.download, name="audit-csv"),
]

urlpatterns = [
    path("accounts/", mine.show, name="my-account"),
    path("accounts/post/", mine.choose_post, name="choose-post"),
    path("accounts/invitation/", mine.accept_invitation, name="accept-invitation"),
    path("accounts/invitation/<str:token>/", mine.open_invitation, name="open-invitation"),
    path("accounts/reset/", mine.set_password, name="set-password"),
    path("accounts/reset/<str:token>/", mine.open_reset, name="open-reset"),
    # In the place of allauth's pages for what an invited person cannot do.
    path("accounts/email/", mine.show),
    path("accounts/password/reset/", mine.forgotten_password),
    path("organisation/", members.mine, name="my-organisation"),
    path("organisation/directory/", members.directory, name="directory"),
    path("organisation/directory/add/", members.register, name="register-organisation"),
    path("organisation/<str:tenant>/", include(_of_one)),
]
