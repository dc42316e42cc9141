"""Authlib: a plain OAuth and OpenID Connect client; code with PKCE, the ID token, user information, a refresh."""

import secrets

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from demo import expect, run, shown
from sign_in import Person


def program(task):
    person, metadata = Person(task.person, task.ca), task.metadata
    expect(metadata["issuer"] == task.issuer, "the issuer is the one that was asked", metadata["issuer"])
    client = OAuth2Session(
        task.app["client_id"],
        task.app["client_secret"],
        scope=f"openid profile offline_access {task.scope}",
        redirect_uri=task.redirect_uri,
        code_challenge_method="S256",
    )
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    address, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    told = person.sign_in(address, task.redirect_uri)
    expect("error" not in told, "the app gets a code", told)
    expect(told["state"] == state, "the state comes back", told)
    if metadata.get("authorization_response_iss_parameter_supported"):
        expect(told.get("iss") == task.issuer, "the answer says who gave it (RFC 9207)", told.get("iss"))
    token = client.fetch_token(metadata["token_endpoint"], code=told["code"], code_verifier=verifier)
    claims = _identity(task, metadata, token, nonce)
    person_info = client.get(metadata["userinfo_endpoint"]).json()
    expect(person_info.get("sub") == claims["sub"], "user information is about the same subject", person_info)
    fresh = client.refresh_token(metadata["token_endpoint"])
    expect(fresh["access_token"] != token["access_token"], "the refreshed token is another one")
    return {"id_token": shown(claims), "userinfo": person_info, "rotated": fresh["refresh_token"] != token["refresh_token"]}


def _identity(task, metadata, token, nonce):
    keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=metadata["id_token_signing_alg_values_supported"])
    options = {"iss": {"values": [task.issuer]}, "aud": {"values": [task.app["client_id"]]}}
    params = {"nonce": nonce, "client_id": task.app["client_id"], "access_token": token["access_token"]}
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    claims.validate()
    expect(claims["oid"] == task.person["object_id"], "`oid` is the person", claims.get("oid"))
    return claims


run(program)
