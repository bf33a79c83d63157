//! Conferences and recordings.

use super::{Class, Group};

pub(super) const GROUPS: &[Group] = &[
    Group {
        class: Class::Caller,
        hint: "The conference's attributes, SID or name are wrong, it is over, or the whispered participant is on hold or gone",
        codes: &[
            (16000, "Whisper Not Available on Twilio Conference"),
            (16001, "Conference is not bridged"),
            (16002, "Failed to validate conference attributes"),
            (16003, "Could not recognize conference sid or friendly name"),
            (16022, "Conference does not exist or is completed"),
            (16027, "Participant to be whispered is on hold"),
            (
                16028,
                "Participant to be whispered is not present in the conference",
            ),
            (16099, "Unexpected conference status"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "The participant label is taken or malformed: at most 128 characters, no slash, not a call SID",
        codes: &[
            (
                16023,
                "Dial->Conference: Invalid participant label, must not exceed 128 characters, must not be a CallSid, must not contain '/'",
            ),
            (
                16024,
                "Invalid participant label, must not exceed 128 characters, must not be a CallSid, must not contain '/'",
            ),
            (
                16025,
                "Dial->Conference: Participant label is in use by another participant",
            ),
            (16026, "Participant label is in use by another participant"),
        ],
    },
    Group {
        class: Class::Web,
        hint: "Recording: 16101, 16102: nothing to keep; 16104 to 16109: encryption keys; 16111, 16112: the storage bucket; 16113: mono has no dual form",
        codes: &[
            (
                16101,
                "Voice Recording : Unavailable because duration is too short",
            ),
            (
                16102,
                "Voice Recording: Unavailable because recording is silent",
            ),
            (
                16104,
                "Voice Recording: Unavailable due to encryption failure",
            ),
            (
                16105,
                "Voice Recording: Unavailable due to no valid public keys",
            ),
            (
                16106,
                "Voice Recording: Unavailable due to internal encryption error",
            ),
            (
                16107,
                "Voice Recording: Encrypted with alternate public key",
            ),
            (
                16108,
                "Voice Recording: Request failed due to concurrent recordings",
            ),
            (
                16109,
                "Voice Recording: Cannot fetch .mp3 encrypted recording",
            ),
            (
                16110,
                "Internal failure when bulk deleting recordings from your account",
            ),
            (
                16111,
                "Voice Recording: Upload file to external AWS S3 bucket failed (Invalid Configuration)",
            ),
            (
                16112,
                "Voice Recording: Upload file to external AWS S3 bucket failed (Access Denied)",
            ),
            (
                16113,
                "Voice Recording: Cannot download a dual-channel presentation of a mono recording",
            ),
        ],
    },
];
