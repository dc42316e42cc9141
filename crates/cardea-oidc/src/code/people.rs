//! Errors of sign-ins: who the person is, what they show, what policies say.

use super::{Code, OAuthError as O};

/// People.
impl Code {
    /// It is not clear which account is meant. *Reference* 16000.
    pub const ACCOUNT_SELECTION: Self = Self::entra(
        16000,
        O::AccountSelectionRequired,
        "Several accounts are signed in. Choose one of them.",
    );
    /// Nobody is signed in. *Reference* 50058.
    pub const NOT_SIGNED_IN: Self = Self::entra(
        50058,
        O::LoginRequired,
        "Nobody is signed in, and the request forbids to ask.",
    );
    /// There is no such person. Pages say 50126 instead, so that names cannot be tried out.
    /// *Reference* 50034.
    pub const UNKNOWN_PERSON: Self =
        Self::entra(50034, O::InvalidGrant, "The account does not exist in this directory.");
    /// A wrong name or a wrong password. *Reference* 50126.
    pub const WRONG_PASSWORD: Self = Self::entra(
        50126,
        O::InvalidGrant,
        "That name and password don't match. Check both, or use another way.",
    );
    /// Too many tries. *Reference* 50053.
    pub const LOCKED: Self = Self::entra(
        50053,
        O::InvalidGrant,
        "Too many tries. Wait 15 minutes, or use a passkey now.",
    );
    /// The account is switched off. *Reference* 50057.
    pub const DISABLED_PERSON: Self =
        Self::entra(50057, O::InvalidGrant, "The account is disabled.");
    /// The sign-in took too long. *Reference* 50089.
    pub const FLOW_EXPIRED: Self =
        Self::entra(50089, O::InvalidGrant, "The sign-in took too long. Start again.");
    /// The browser's session was ended. *Reference* 50133.
    pub const SESSION_REVOKED: Self =
        Self::entra(50133, O::InvalidGrant, "The session was ended. Sign in again.");
    /// The person is not assigned to the app. *Reference* 50105.
    pub const NOT_ASSIGNED: Self =
        Self::entra(50105, O::AccessDenied, "You don't have this app yet. Ask its owner.");
    /// Consent is missing. *Reference* 65001.
    pub const CONSENT_MISSING: Self = Self::entra(
        65001,
        O::ConsentRequired,
        "Nobody has consented that this application uses this resource.",
    );
    /// The person refused consent. *Reference* 65004.
    pub const CONSENT_DECLINED: Self =
        Self::entra(65004, O::AccessDenied, "The person did not consent.");
    /// An administrator has to consent. *Reference* 90094.
    pub const ADMIN_CONSENT: Self =
        Self::entra(90094, O::ConsentRequired, "An administrator has to consent.");
    /// The sign-in needs somebody to ask. *Reference* 700020.
    pub const INTERACTION_REQUIRED: Self =
        Self::entra(700_020, O::InteractionRequired, "The sign-in needs interaction.");
    /// The app asks for the same thing again and again. *Reference* and *semantics* 50196.
    pub const LOOP_DETECTED: Self = Self::entra(
        50196,
        O::InvalidGrant,
        "The app keeps asking for the same thing, so it is paused. Close it and try in 5 minutes.",
    );
    /// A pass that is wrong, ended, used, or not valid yet. Pages and answers say 50126.
    pub const PASS_REFUSED: Self = Self::own(
        990_101,
        O::InvalidGrant,
        "This pass doesn't work. It may have ended or been used. Ask the help desk for a new one.",
    );
    /// The passkey is in another profile of the phone.
    pub const PASSKEY_IN_OTHER_PROFILE: Self = Self::own(
        990_102,
        O::InteractionRequired,
        "No passkey in this profile. Open Authenticator in your work profile, or add one here.",
    );
    /// The phone has a passkey that is not registered here.
    pub const LEFTOVER_PASSKEY: Self = Self::own(
        990_103,
        O::InteractionRequired,
        "Your phone has a passkey that is not registered here. Remove it, then try again.",
    );
    /// Computer and phone did not find each other.
    pub const CROSS_DEVICE_FAILED: Self = Self::own(
        990_104,
        O::InteractionRequired,
        "Your phone and computer couldn't find each other. Turn Bluetooth on for both.",
    );
}

/// Conditional Access. All are in *semantics*.
impl Code {
    /// A method must be registered first; the person is there to do it. 50072.
    pub const ENROLMENT_INTERRUPT: Self =
        Self::entra(50072, O::InteractionRequired, "A passkey is asked for. Let's add one.");
    /// More must be shown; the person is there to do it. 50074.
    pub const STRONG_AUTH_INTERRUPT: Self =
        Self::entra(50074, O::InteractionRequired, "One more check. Use your passkey.");
    /// More must be shown. 50076.
    pub const STRONG_AUTH_REQUIRED: Self = Self::entra(
        50076,
        O::InteractionRequired,
        "A policy asks for one more check. Sign in again for this resource.",
    );
    /// What was shown is too old. 50078.
    pub const STRONG_AUTH_EXPIRED: Self = Self::entra(
        50078,
        O::InteractionRequired,
        "It's been a while. Confirm it's you; you'll come back here.",
    );
    /// A method must be registered first. 50079.
    pub const ENROLMENT_REQUIRED: Self = Self::entra(
        50079,
        O::InteractionRequired,
        "A policy asks for a method that you have not registered. Sign in again to add one.",
    );
    /// A known device is needed. 50097.
    pub const DEVICE_REQUIRED: Self = Self::entra(
        50097,
        O::InteractionRequired,
        "Use your work computer for this. In a private window it can't be recognised.",
    );
    /// Some other demand of a policy is not met. 50131.
    pub const POLICY_FAILED: Self =
        Self::entra(50131, O::AccessDenied, "A policy asks for something that is missing.");
    /// Terms are not accepted. 50158.
    pub const TERMS: Self =
        Self::entra(50158, O::InteractionRequired, "Read and accept the terms to go on.");
    /// A managed device is needed. 53000.
    pub const DEVICE_NOT_COMPLIANT: Self = Self::entra(
        53000,
        O::InteractionRequired,
        "Use a managed device. This one isn't, or its check is out of date.",
    );
    /// A joined device is needed. 53001.
    pub const DEVICE_NOT_JOINED: Self =
        Self::entra(53001, O::InteractionRequired, "Use your work computer for this.");
    /// An approved app is needed. 53002.
    pub const APP_NOT_APPROVED: Self =
        Self::entra(53002, O::AccessDenied, "Open this in an app from the list of approved apps.");
    /// Policies block it. 53003.
    pub const BLOCKED_BY_POLICY: Self =
        Self::entra(53003, O::AccessDenied, "Policies of your organisation block this sign-in.");
    /// Registration is blocked because of risk. 53004.
    pub const REGISTRATION_BLOCKED_BY_RISK: Self = Self::entra(
        53004,
        O::AccessDenied,
        "This sign-in looks unusual, so you can't add a way now. Call the help desk.",
    );
    /// A protected app is needed. 53009.
    pub const APP_NOT_PROTECTED: Self =
        Self::entra(53009, O::AccessDenied, "Open this in an app that is protected by policy.");
    /// Registration is allowed only from some places. 53010.
    pub const REGISTRATION_ELSEWHERE: Self = Self::entra(
        53010,
        O::AccessDenied,
        "You can add sign-in ways only from your organisation's network, or call the help desk.",
    );
    /// The home tenant sees a risk. 53011.
    pub const RISK_AT_HOME: Self =
        Self::entra(53011, O::AccessDenied, "The sign-in is blocked because of risk.");
    /// The sign-in is older than a policy allows. 70043.
    pub const SIGN_IN_TOO_OLD: Self = Self::entra(
        70043,
        O::InvalidGrant,
        "The sign-in is older than a policy allows. Confirm it's you.",
    );
}

impl Code {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::REDIRECT_URI_MISMATCH,
        Self::NO_REDIRECT_URI,
        Self::UNKNOWN_CLIENT,
        Self::DISABLED_CLIENT,
        Self::UNKNOWN_TENANT,
        Self::MISSING_PARAMETER,
        Self::MISSING_FIELD,
        Self::INVALID_PARAMETER,
        Self::MALFORMED_REQUEST,
        Self::QUERY_TOO_LONG,
        Self::WRONG_VERB,
        Self::UNSUPPORTED_RESPONSE_TYPE,
        Self::UNSUPPORTED_RESPONSE_MODE,
        Self::BAD_CHALLENGE,
        Self::VERIFIER_MISMATCH,
        Self::BAD_SIGN_OUT,
        Self::INVALID_SCOPE,
        Self::SEVERAL_RESOURCES,
        Self::NO_RESOURCE,
        Self::UNKNOWN_RESOURCE,
        Self::PLAIN_CHALLENGE,
        Self::REQUEST_OBJECT,
        Self::REQUEST_ADDRESS,
        Self::WRONG_CLIENT_SECRET,
        Self::EXPIRED_CLIENT_SECRET,
        Self::NO_CLIENT_CREDENTIAL,
        Self::PUBLIC_CLIENT_WITH_CREDENTIAL,
        Self::BAD_ASSERTION_SIGNATURE,
        Self::BAD_ASSERTION,
        Self::ASSERTION_OF_ANOTHER,
        Self::REPLAYED_ASSERTION,
        Self::UNSUPPORTED_GRANT_TYPE,
        Self::GRANT_NOT_ALLOWED,
        Self::CODE_REDEEMED,
        Self::INVALID_GRANT,
        Self::EXPIRED_GRANT,
        Self::INACTIVE_GRANT,
        Self::SINGLE_PAGE_GRANT_ENDED,
        Self::GRANT_REVOKED,
        Self::AUTHORIZATION_PENDING,
        Self::BAD_VERIFICATION_CODE,
        Self::DEVICE_CODE_EXPIRED,
        Self::NO_USER_CODE,
        Self::DEVICE_CODE_DECIDED,
        Self::DEVICE_DECLINED,
        Self::SLOW_DOWN,
        Self::INVALID_TOKEN,
        Self::INSUFFICIENT_SCOPE,
        Self::INSUFFICIENT_CLAIMS,
        Self::SERVER_ERROR,
        Self::BUSY,
        Self::ACCOUNT_SELECTION,
        Self::NOT_SIGNED_IN,
        Self::UNKNOWN_PERSON,
        Self::WRONG_PASSWORD,
        Self::LOCKED,
        Self::DISABLED_PERSON,
        Self::FLOW_EXPIRED,
        Self::SESSION_REVOKED,
        Self::NOT_ASSIGNED,
        Self::CONSENT_MISSING,
        Self::CONSENT_DECLINED,
        Self::ADMIN_CONSENT,
        Self::INTERACTION_REQUIRED,
        Self::LOOP_DETECTED,
        Self::PASS_REFUSED,
        Self::PASSKEY_IN_OTHER_PROFILE,
        Self::LEFTOVER_PASSKEY,
        Self::CROSS_DEVICE_FAILED,
        Self::ENROLMENT_INTERRUPT,
        Self::STRONG_AUTH_INTERRUPT,
        Self::STRONG_AUTH_REQUIRED,
        Self::STRONG_AUTH_EXPIRED,
        Self::ENROLMENT_REQUIRED,
        Self::DEVICE_REQUIRED,
        Self::POLICY_FAILED,
        Self::TERMS,
        Self::DEVICE_NOT_COMPLIANT,
        Self::DEVICE_NOT_JOINED,
        Self::APP_NOT_APPROVED,
        Self::BLOCKED_BY_POLICY,
        Self::REGISTRATION_BLOCKED_BY_RISK,
        Self::APP_NOT_PROTECTED,
        Self::REGISTRATION_ELSEWHERE,
        Self::RISK_AT_HOME,
        Self::SIGN_IN_TOO_OLD,
    ];
}
