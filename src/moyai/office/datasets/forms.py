"""What people may enter about datasets. Cleans; never saves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from moyai.office.accounts.models import Organisation
from moyai.office.datasets.models import DatasetKind
from moyai.settings import current

LICENCES = [
    ("CC BY 4.0", _("CC BY 4.0（クレジットを表示すれば自由に使える）")),
    ("CC0 1.0", _("CC0 1.0（条件なしで使える）")),
    ("PDL 1.0", _("公共データ利用規約 第1.0版")),
]


class SearchForm(forms.Form):
    text = forms.CharField(label=_("ことば"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("種類"), required=False)
    tenant = forms.ChoiceField(label=_("団体"), required=False)

    def __init__(self, *args: Any, owners: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("すべて"))
        self.fields["kind"].choices = [every, *DatasetKind.choices]  # type: ignore[attr-defined]
        self.fields["tenant"].choices = [every, *((each.tenant, each.name) for each in owners)]  # type: ignore[attr-defined]
        self.fields["text"].widget.input_type = "search"


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("データの種類"), choices=DatasetKind.choices)
    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("CSV（UTF-8 または Shift_JIS）。文字コードと見出しの行は自動で見つけ、判断の内容を報告します。"),
        max_length=255,
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refused by its size before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        limit = current().upload_limit
        if (file.size or 0) > limit:
            raise forms.ValidationError(
                _("ファイルが大きすぎます。%(limit)d MB までです。"), params={"limit": limit // 1_000_000}
            )
        return file


class DescribeForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=200)
    description = forms.CharField(label=_("説明"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    licence = forms.ChoiceField(label=_("ライセンス"), required=False, choices=[("", _("決めていない")), *LICENCES])
    credit = forms.CharField(
        label=_("クレジット"), required=False, max_length=200, help_text=_("使う人が表示する名前。例: 有田市")
    )
    source_url = forms.URLField(label=_("出典のアドレス"), required=False, max_length=500, assume_scheme="https")
    contact = forms.CharField(label=_("問い合わせ先"), required=False, max_length=200)


class ConfirmForm(forms.Form):
    """Nothing to enter: the button is the answer."""
