//! What has to be mended in a form, in words.

use cardea_idp::registration::LONGEST_NAME;

/// A problem of a form: its text and the field that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No name was typed.
    NameMissing,
    /// Name and password do not match; the same for a known and an unknown name (AADSTS50126).
    NoMatch,
    /// Too many tries (AADSTS50053).
    TooManyTries {
        /// Minutes until the next try.
        minutes: u32,
    },
    /// No password was typed.
    PasswordMissing,
    /// No pass was typed.
    PassMissing,
    /// The pass is wrong, ended, used or not yet valid; which is not said.
    PassRefused,
    /// No code was typed, or not six digits.
    CodeMissing,
    /// The code of the authenticator app is wrong or was used.
    CodeRefused,
    /// The code of a device is unknown, used or ended.
    DeviceCodeRefused,
    /// No code of a device was typed.
    DeviceCodeMissing,
    /// The name for a passkey is empty.
    NicknameMissing,
    /// The new name of a method is empty or too long, on Security info.
    RenameMissing,
    /// The name for a passkey is longer than so many characters.
    NicknameTooLong {
        /// The longest allowed.
        most: u32,
    },
    /// The code of the set-up link is wrong, used or ended.
    SetUpCodeRefused,
    /// A passkey was not made.
    PasskeyNotMade,
    /// The document of terms was not opened.
    TermsUnread,
}

impl Problem {
    /// The `id` of the field; for problems of no field, of the button that starts again.
    pub fn field(&self) -> &'static str {
        match self {
            Self::NameMissing => "username",
            Self::NoMatch | Self::TooManyTries { .. } | Self::PasswordMissing => "password",
            Self::PassMissing | Self::PassRefused => "pass",
            Self::CodeMissing | Self::CodeRefused => "otp",
            Self::DeviceCodeRefused | Self::DeviceCodeMissing => "user-code",
            Self::NicknameMissing | Self::NicknameTooLong { .. } => "nickname",
            Self::RenameMissing => "methods",
            Self::SetUpCodeRefused => "setup-code",
            Self::PasskeyNotMade => "passkey-start",
            Self::TermsUnread => "document",
        }
    }

    /// What happened, and what to do.
    pub fn text(&self) -> String {
        match self {
            Self::NameMissing => "Enter your work account, such as kim@contoso.example.".to_owned(),
            Self::NoMatch => {
                "That name and password don't match. Check both, or use another way.".to_owned()
            }
            Self::TooManyTries { minutes } => {
                format!(
                    "Too many tries. Wait {}, or use a passkey now.",
                    counted(*minutes, "minute")
                )
            }
            Self::PasswordMissing => "Enter your password.".to_owned(),
            Self::PassMissing => "Enter the pass that the help desk gave you.".to_owned(),
            Self::PassRefused => {
                "This pass doesn't work. It may have ended or been used. Ask the help \
                                  desk for a new one."
                    .to_owned()
            }
            Self::CodeMissing => "Enter the 6 digits that your authenticator app shows.".to_owned(),
            Self::CodeRefused => {
                "That code doesn't match. Wait for the next one in your app, and enter it."
                    .to_owned()
            }
            Self::DeviceCodeRefused => {
                "That code doesn't work. It may have ended. Compare it with your \
                                        device, or start again there."
                    .to_owned()
            }
            Self::DeviceCodeMissing => "Enter the code that your device shows.".to_owned(),
            Self::NicknameMissing => "Give it a name, such as \"Work phone\".".to_owned(),
            Self::RenameMissing => {
                format!("The name wasn't changed. Use 1 to {LONGEST_NAME} characters.")
            }
            Self::NicknameTooLong { most } => {
                format!("That name is too long. Use at most {}.", counted(*most, "character"))
            }
            Self::SetUpCodeRefused => {
                "This set-up code doesn't work. It may have ended or been used. \
                                       Restart the server for a new link."
                    .to_owned()
            }
            Self::PasskeyNotMade => "No passkey was made. Try again.".to_owned(),
            Self::TermsUnread => "Open the document first. Then you can accept it.".to_owned(),
        }
    }
}

/// "1 minute", "15 minutes".
pub(crate) fn counted(number: u32, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}
