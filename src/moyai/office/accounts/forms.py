"""What people type, cleaned. Nothing here saves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moyai.office.accounts import rules
from moyai.office.accounts.models import KeyKind, Organisation, OrganisationKind, Person, Post, PostRole
from moyai.office.base.access import Role

KEY_VERB_NAMES = {
    "read": _("読み取り"),
    "create": _("作成"),
    "update": _("更新"),
    "delete": _("削除"),
}


REGISTRABLE = [(kind.value, OrganisationKind(kind).label) for kind in rules.REGISTRABLE]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PostForm(forms.Form):
    title = forms.CharField(
        label=_("職名"), max_length=100, help_text=_("例: DX推進担当。人ではなく職の名前を入れます。")
    )
    role = forms.ChoiceField(
        label=_("役割"),
        choices=PostRole.choices,
        help_text=_(
            "管理者は構成員とAPIキーを管理し、担当者はデータを公開し、入力者は取り込み、閲覧者は見るだけです。"
        ),
    )


class InvitationForm(forms.Form):
    post = forms.ModelChoiceField(label=_("職"), queryset=Post.objects.none(), empty_label=None)
    email = forms.EmailField(
        label=_("メールアドレス"),
        help_text=_("この人がサインインに使います。"),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("氏名"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))
    starts_on = forms.DateField(label=_("始まりの日"), widget=DateInput(), initial=timezone.localdate)
    ends_on = forms.DateField(
        label=_("終わりの日（任意）"),
        widget=DateInput(),
        required=False,
        help_text=_("決まっていなければ空のままにします。"),
    )

    def __init__(self, data: Any = None, *, posts: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]


class FirstAdministratorForm(forms.Form):
    email = forms.EmailField(label=_("メールアドレス"), widget=forms.EmailInput({"autocomplete": "off"}))
    name = forms.CharField(label=_("氏名"), max_length=100, widget=forms.TextInput({"autocomplete": "off"}))


class LastDayForm(forms.Form):
    last_day = forms.DateField(label=_("最後の日"), widget=DateInput(), initial=timezone.localdate)


class HandoverForm(LastDayForm):
    successor = forms.ModelChoiceField(
        label=_("後任者（構成員から選ぶ）"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("新しく招待する"),
    )
    email = forms.EmailField(
        label=_("後任者のメールアドレス"),
        required=False,
        help_text=_("新しく招待するときに入れます。"),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("後任者の氏名"), max_length=100, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    starts_on = forms.DateField(label=_("後任者の始まりの日"), widget=DateInput())

    def __init__(self, data: Any = None, *, members: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["successor"].queryset = members  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("successor") is None and not values.get("email"):
            self.add_error("email", _("後任者を構成員から選ぶか、招待するメールアドレスを入れてください。"))
        return values


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("名前"), max_length=100, help_text=_("何に使うキーか分かる名前（例: 避難所アプリ）。")
    )
    verbs = forms.MultipleChoiceField(label=_("できること"), widget=forms.CheckboxSelectMultiple, initial=["read"])
    collection = forms.CharField(
        label=_("書き込み先のデータセット（任意）"),
        required=False,
        help_text=_(
            "データセットの識別名（例: evacuation-sites）。入れると、このキーはそのデータセットだけを変更できます。"
        ),
    )
    kind = forms.ChoiceField(label=_("種類"), choices=KeyKind.choices)
    rate_per_minute = forms.IntegerField(label=_("1分あたりの上限（回）"), min_value=1, max_value=60_000, initial=600)
    quota_per_day = forms.IntegerField(
        label=_("1日あたりの上限（回）"), min_value=1, max_value=10_000_000, initial=100_000
    )
    expires_on = forms.DateField(
        label=_("有効期限"),
        widget=DateInput(),
        initial=lambda: timezone.localdate() + timedelta(days=365),
        help_text=_("この日の終わりまで使えます。2年以内にしてください。"),
    )

    def __init__(self, data: Any = None, *, role: Role, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        given = rules.KEY_VERBS_OF_ROLE[role]
        choices = [(verb, KEY_VERB_NAMES[verb]) for verb in rules.KEY_VERBS if verb in given]
        self.fields["verbs"].choices = choices  # type: ignore[attr-defined]

    def expires_at(self) -> datetime:
        """The end of the chosen day."""
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class NewPasswordForm(forms.Form):
    # Shown, so that a password manager knows whose password it is; never taken from what is sent.
    email = forms.EmailField(
        label=_("メールアドレス"),
        disabled=True,
        required=False,
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("パスワード"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("パスワード（確認のためもう一度）"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(str(text) for text in password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("password") and values.get("again") and values["password"] != values["again"]:
            self.add_error("again", _("2つのパスワードが同じではありません。"))
        return values


class AcceptForm(NewPasswordForm):
    name = forms.CharField(label=_("氏名"), max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    field_order = ("email", "name", "password", "again")


class ResetForm(forms.Form):
    clears_factors = forms.BooleanField(
        label=_("認証アプリ・パスキー・リカバリーコードも解除する"),
        required=False,
        help_text=_(
            "端末をなくして、どの方法でもサインインできない人のためのものです。本人であることを必ず確かめてください。"
        ),
    )


class ConfirmForm(forms.Form):
    """Nothing to type: only to be sure."""


class OrganisationForm(forms.Form):
    parent = forms.ModelChoiceField(label=_("属する団体"), queryset=Organisation.objects.none(), empty_label=None)
    kind = forms.ChoiceField(
        label=_("区分"), choices=[(kind.value, OrganisationKind(kind).label) for kind in rules.REGISTRABLE]
    )
    tenant = forms.CharField(
        label=_("識別名"),
        max_length=64,
        help_text=_("半角の英小文字・数字・ハイフン（例: coda）。市町村では6桁の団体コード。あとから変えられません。"),
    )
    name = forms.CharField(label=_("名称"), max_length=100)
    name_kana = forms.CharField(label=_("名称のよみ"), max_length=200, required=False)
    name_en = forms.CharField(label=_("英語名"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, parents: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
