//! The codes of Microsoft's error reference that this tenant gives or that apps meet, and our own.
//! What each number means is Microsoft's; the words are ours.

/// Code, what happened, what to do. `{tenant}` stands for the tenant's name.
pub(super) const TABLE: &[(&str, &str, &str)] = &[
    // A person's proof
    ("50126", "That name and password don't match.", "Check both, or use another way."),
    ("50053", "Too many tries.", "Wait 15 minutes, or use a passkey now."),
    ("50034", "There is no such account in {tenant}.", "Check the name, or use another account."),
    (
        "50055",
        "The password is too old.",
        "Use a passkey, or call the help desk for a new password.",
    ),
    ("50057", "This account is switched off.", "Call the help desk."),
    (
        "50072",
        "{tenant} asks for a passkey.",
        "Sign in again and add one: it takes about 2 minutes and your phone.",
    ),
    (
        "50079",
        "{tenant} asks for a passkey.",
        "Sign in again and add one: it takes about 2 minutes and your phone.",
    ),
    ("50074", "One more check.", "Use your passkey."),
    ("50076", "One more check.", "Use your passkey."),
    (
        "50078",
        "It's been a while.",
        "Confirm it's you with your passkey; you'll come back to the app.",
    ),
    (
        "70043",
        "It's been a while.",
        "Confirm it's you with your passkey; you'll come back to the app.",
    ),
    (
        "50173",
        "Something about your account changed, so the app has to ask again.",
        "Sign in again in the app.",
    ),
    ("500121", "The last check wasn't finished.", "Sign in again, or choose another way."),
    ("50058", "The app asked quietly, and you weren't signed in.", "Sign in in the app."),
    (
        "16000",
        "You are signed in with several accounts, or with none that fits.",
        "Choose the account in the app.",
    ),
    ("50140", "Sign-in stopped at \"Stay signed in?\".", "Sign in again and answer the question."),
    // Conditional Access
    (
        "53000",
        "This needs a device that {tenant} manages.",
        "Use a device that {tenant} manages. This one isn't, or its check is out of date.",
    ),
    (
        "53001",
        "This needs your work computer.",
        "Use your work computer for this. In a private window {tenant} can't recognise it.",
    ),
    (
        "50097",
        "This needs your work computer.",
        "Use your work computer for this. In a private window {tenant} can't recognise it.",
    ),
    ("53002", "This app isn't on the list.", "Open this in Outlook or another app from the list."),
    (
        "53009",
        "This needs an app from the list.",
        "Open this in Outlook or another app from the list. Authenticator can't be used for this check.",
    ),
    (
        "53003",
        "You can't sign in yet. {tenant} asks for something that this sign-in can't show, often a passkey.",
        "Call the help desk and ask for a pass. Have the correlation ID at hand.",
    ),
    ("53004", "This sign-in looks unusual, so you can't add a way now.", "Call the help desk."),
    (
        "53010",
        "You can add sign-in ways only from {tenant}'s network.",
        "Connect to it, or call the help desk.",
    ),
    (
        "53011",
        "This sign-in looks unusual to your home organisation.",
        "Call the help desk of your home organisation.",
    ),
    (
        "50131",
        "You can't sign in yet. {tenant} doesn't let this sign-in through from here.",
        "Call the help desk. Have the correlation ID at hand.",
    ),
    (
        "530035",
        "{tenant} uses security defaults, and they don't let this sign-in through.",
        "Use an app that can ask for a second check, or call the help desk.",
    ),
    (
        "50158",
        "{tenant} asks for one more step, such as accepting its terms.",
        "Read and accept {tenant}'s terms to go on.",
    ),
    (
        "50127",
        "A helper app is missing on this phone.",
        "Install Authenticator or Company Portal, then try again.",
    ),
    (
        "50129",
        "This device isn't known to {tenant}.",
        "Add your work account to the device, or use your work computer.",
    ),
    (
        "50187",
        "This device couldn't show who it is.",
        "Use your work computer for this, or call the help desk.",
    ),
    ("50125", "A step of your registration is missing.", "Sign in again and finish it."),
    ("50105", "You don't have this app yet.", "Ask the app's owner to add you."),
    (
        "50196",
        "The app keeps asking for the same thing, so we paused it.",
        "Close it and try in 5 minutes.",
    ),
    // Apps and requests
    (
        "50011",
        "The app asked us to send its answer to an address that isn't registered for it.",
        "Tell the app's owner: add the exact redirect address to the registration.",
    ),
    (
        "500113",
        "The app has no address for its answers.",
        "Tell the app's owner: register a redirect address.",
    ),
    (
        "700016",
        "{tenant} doesn't know this app.",
        "Tell the app's owner: check the client id and the tenant in the address.",
    ),
    (
        "500011",
        "{tenant} doesn't know the service that the app asks for.",
        "Tell the app's owner: check the scope or resource.",
    ),
    (
        "90002",
        "There is no such tenant at this address.",
        "Tell the app's owner: check the tenant in the address.",
    ),
    ("65001", "The app has no consent yet.", "Sign in in the app and answer what it asks for."),
    (
        "65004",
        "You declined what the app asked for.",
        "Start again in the app if you change your mind.",
    ),
    (
        "90094",
        "What the app asks for needs a decision for all of {tenant}.",
        "Call the help desk and name the app.",
    ),
    (
        "70011",
        "The app asked for a scope that can't be given.",
        "Tell the app's owner: check the scopes of the request.",
    ),
    (
        "900144",
        "The app's request lacks a part.",
        "Tell the app's owner: compare the request with the documentation.",
    ),
    (
        "90014",
        "The app's request lacks a part.",
        "Tell the app's owner: compare the request with the documentation.",
    ),
    (
        "9002313",
        "The app's request can't be read.",
        "Tell the app's owner: compare the request with the documentation.",
    ),
    (
        "900561",
        "The address was opened in the wrong way.",
        "Tell the app's owner: this address takes a form by POST.",
    ),
    (
        "7000215",
        "The app's secret is wrong.",
        "Tell the app's owner: use the secret's value, not its id.",
    ),
    ("7000222", "The app's secret has ended.", "Tell the app's owner: make a new one."),
    (
        "7000218",
        "The app sent neither a secret nor a signed proof.",
        "Tell the app's owner: register it as a public client, or send one.",
    ),
    (
        "700027",
        "The app's signed proof couldn't be verified.",
        "Tell the app's owner: check the key, the audience and the times.",
    ),
    (
        "501481",
        "The app's code check doesn't match.",
        "Tell the app's owner: keep the code verifier of the same request.",
    ),
    ("54005", "The app used its code twice.", "Start again in the app."),
    ("70008", "The app waited too long.", "Start again in the app."),
    ("700082", "The app wasn't used for too long.", "Sign in again in the app."),
    ("70000", "What the app holds can't be used any more.", "Sign in again in the app."),
    ("50132", "Your session was ended.", "Sign in again in the app."),
    ("50133", "Your session ended because your password changed.", "Sign in again in the app."),
    // Codes on another device
    ("70016", "The device still waits for you.", "Enter its code and answer the question."),
    (
        "70018",
        "That device code doesn't work.",
        "Compare it with your device, or start again there.",
    ),
    ("70019", "The device code has ended.", "Start again on the device."),
    ("70020", "The device waited too long.", "Start again on the device."),
    // Our own
    (
        "CARDEA990001",
        "No passkey in this profile.",
        "Open Authenticator in your other profile, or add a passkey here.",
    ),
    (
        "CARDEA990002",
        "Your phone has a passkey that {tenant} doesn't know.",
        "Remove it in Authenticator, then try again.",
    ),
    (
        "CARDEA990003",
        "Your phone and computer couldn't find each other.",
        "Turn Bluetooth on for both, or add the passkey in the app.",
    ),
    (
        "CARDEA990004",
        "This pass doesn't work. It may have ended or been used.",
        "Ask the help desk for a new one.",
    ),
    (
        "CARDEA990005",
        "The page was open too long, or was opened from another site.",
        "Open it again and repeat the last step.",
    ),
    (
        "CARDEA990006",
        "{tenant} doesn't accept passkeys from this app or key.",
        "Use another one; the help desk knows which.",
    ),
];
