"""Campus sign-on (校园统一身份认证, OpenID Connect): who the campus says this is signs in to the account there is.

Imported only where `ZHIBU_OIDC_*` is set. Nothing is made here: no account, and no link kept between the two;
each sign-in is matched anew by the claim that carries the 学工号 (`ZHIBU_OIDC_CLAIM`).
"""

from __future__ import annotations

from typing import Any

import jwt
import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from zhibu.access import chain
from zhibu.access.accounts import account_snapshot, system_account
from zhibu.access.models import SYSTEM, Account
from zhibu.access.refusals import NotPermitted, Refused
from zhibu.access.writing import action

PROVIDER = "campus"
#: How an identity token may be signed; `none` is not among them.
BY_KEY = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
BY_SECRET = ("HS256", "HS384", "HS512")
LONGEST_CLAIM = 80
WHAT = "没有登录"


def matches(claim: str) -> list[Account]:
    """The accounts that the claim may mean: of the member with that 学工号, or of that username."""
    found = Account.objects.exclude(pk=SYSTEM).select_related("member")
    return list(found.filter(Q(member__number=claim) | Q(username__iexact=claim)).distinct()[:2])


def account_for(claim: str) -> Account:
    """The one account that the claim means. Raises NotPermitted, and the refusal stands in the log."""
    found = matches(claim)
    if not claim:
        raise _refused(
            claim, None, "认证没有给出学工号", "请联系信息中心，核对所发放的身份信息", "campus_no_number"
        )
    if not found:
        raise _refused(
            claim,
            None,
            f"“{claim}”在这里没有账号",
            "请联系所在党支部或党委组织部开通账号；账号由名册建立，不能自行注册",
            "campus_no_account",
        )
    if len(found) > 1:
        raise _refused(
            claim, None, f"“{claim}”对应不止一个账号", "请联系系统管理员核对用户名和学工号", "campus_two"
        )
    if not found[0].is_active:
        raise _refused(
            claim, found[0], "账号已停用", "如仍需使用，请联系党委组织部启用", "campus_account_off"
        )
    return found[0]


def _refused(claim: str, account: Account | None, why: str, mend: str, code: str) -> NotPermitted:
    """The refusal, noted in the log: of nobody's account in the name of the deployment."""
    system = system_account()

    @action("access.campus_refused")
    def note() -> None:
        said = {"claim": claim, "why": code}
        chain.log(
            system,
            "access.campus_refused",
            account or system,
            before=None,
            after=said,
            members=[account.member_id] if account and account.member_id else [],
        )

    note()
    return NotPermitted(what=WHAT, why=why, mend=mend, code=f"access.{code}")


@action("access.campus")
def _note_signed_in(account: Account) -> None:
    now = account_snapshot(account)
    people = [account.member_id] if account.member_id else []
    chain.log(account, "access.campus", account, before=now, after=now, members=people)


class CampusAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signs in an account that there is; never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: accounts are made from the roster."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account that the claim means; the second factor, where there is one, is asked for after."""
        data = sociallogin.account.extra_data
        name = settings.OIDC_CLAIM
        given = (data.get("userinfo") or {}).get(name) or (data.get("id_token") or {}).get(name)
        account = account_for(str(given or "").strip()[:LONGEST_CLAIM])
        sociallogin.user = account
        _note_signed_in(account)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """What went wrong on the way, as a refusal."""
        if error == AuthError.CANCELLED:
            raise NotPermitted(
                what=WHAT,
                why="您在统一身份认证页面取消了登录",
                mend="请重新登录，或改用用户名和密码",
                code="access.campus_cancelled",
            )
        if isinstance(exception, requests.RequestException):
            raise _unanswered()
        raise NotPermitted(
            what=WHAT,
            why="统一身份认证的答复不能确认，或登录页面放得太久",
            mend="请重新登录；一再如此，请联系系统管理员核对 ZHIBU_OIDC 各项设置",
            code="access.campus_invalid",
        )


def _unanswered() -> Refused:
    return Refused(
        what=WHAT,
        why="统一身份认证没有应答",
        mend="请稍后再试，或改用用户名和密码登录",
        code="access.campus_unanswered",
    )


class CampusSignOn(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """OpenID Connect with the identity token always checked: signature, issuer, audience, time, and whose it is."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """What the campus says of the person; refused without an identity token, or where it names another."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        data = login.account.extra_data
        if data["userinfo"].get("sub") != data["id_token"].get("sub"):
            raise OAuth2Error("userinfo is about somebody else")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg", "")
            key: Any
            if algorithm in BY_SECRET:
                key = app.secret
            elif algorithm in BY_KEY:
                key = self._published_key(id_token)
            else:
                raise OAuth2Error(f"algorithm {algorithm!r}")
            found: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=[algorithm],
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": ["exp", "iss", "aud", "sub"]},
                leeway=60,
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("id_token") from error
        return found

    def _published_key(self, id_token: str) -> Any:
        response = requests.get(self.openid_config["jwks_uri"], timeout=10)
        response.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(response.json())
        wanted = jwt.get_unverified_header(id_token).get("kid")
        fitting = [one for one in keys.keys if wanted is None or one.key_id == wanted]
        if len(fitting) != 1:
            raise OAuth2Error("no such key")
        return fitting[0].key


def _adapter(request: HttpRequest, provider_id: str) -> CampusSignOn:
    if provider_id != PROVIDER:
        raise Http404
    return CampusSignOn(request, provider_id)


@login_not_required
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the campus's own sign-in page."""
    try:
        answer: HttpResponse = OAuth2LoginView.adapter_view(_adapter(request, provider_id))(request)
    except (requests.RequestException, ValueError, KeyError) as error:
        raise _unanswered() from error
    return answer


@login_not_required
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from there with a code. It comes as a GET, as the protocol has it."""
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(_adapter(request, provider_id))(request)
    except (requests.RequestException, ValueError, KeyError) as error:
        raise _unanswered() from error
    return answer
