//! The likely cause of a refusal, and what to do.

use voice_core::client::Answer;
use voice_core::error::ErrorKind;

use crate::error::ErrorCode;
use crate::region::Region;

/// 401: the region in use is named, since key and token belong to one.
pub(super) const fn wrong_credentials(region: &Region) -> &'static str {
    match region {
        Region::Mumbai => {
            "The region in use is Mumbai (api.in.exotel.com): key and token of another region are refused. Otherwise they are \
             wrong or rotated, or have blanks around them; one list of trunks, page size 1, tells"
        }
        Region::Singapore => {
            "The region in use is Singapore (api.exotel.com): key and token of another region are refused. Otherwise they are \
             wrong or rotated, or have blanks around them; one list of trunks, page size 1, tells"
        }
        Region::Custom(_) => {
            "The region in use is custom, a host of your own: see that it hands Authorization on, and to the region of the \
             account. Otherwise key or token are wrong or rotated, or have blanks around them"
        }
    }
}

/// Why it is refused, by the catalogue of codes. The numbers mean something else in v1, and drafts number them differently: only
/// where kind and code agree.
pub(super) fn cause(
    answer: &Answer<'_>,
    kind: ErrorKind,
    code: Option<&ErrorCode>,
) -> Option<&'static str> {
    let is_v2 = answer.operation.path().starts_with("/v2/");
    code.filter(|code| is_v2 && code.kind() == Some(kind))?
        .cause()
}

/// Cause and remedy of a refusal, where they are known. `status` is the effective one.
pub(super) fn of(
    answer: &Answer<'_>,
    kind: ErrorKind,
    status: u16,
    code: Option<&ErrorCode>,
    wrong_credentials: &'static str,
) -> Option<&'static str> {
    let is_v2 = answer.operation.path().starts_with("/v2/");
    if kind == ErrorKind::Authentication {
        return Some(wrong_credentials);
    }
    // The numbers mean something else in v1, and drafts number them differently: only where kind and code agree.
    if let Some(code) = code.filter(|_| is_v2)
        && code.kind() == Some(kind)
        && let Some(remedy) = code.remedy()
    {
        return Some(remedy);
    }
    Some(match kind {
        ErrorKind::Quota => {
            "The plan or the balance does not allow it; see the dashboard. Repeating will not help"
        }
        ErrorKind::Permission => {
            "Either the account may not do this (vSIP must be enabled by support; see the plan and the key's scope), or the \
             trunk SID is of another account"
        }
        ErrorKind::NotFound if is_v2 => {
            "The trunk SID or the id is wrong, deleted, or of another account: list the trunks"
        }
        ErrorKind::NotFound => {
            "Check the id, the account's name, and the region: each account lives in one"
        }
        ErrorKind::AlreadyExists => {
            "It is there already: use another name, or look for the existing one and go on with it"
        }
        ErrorKind::Conflict => {
            "The state of the resource or of the account forbids it; read it, and look at the dashboard"
        }
        ErrorKind::RateLimited => {
            "Wait the stated time, lower the client's requests_per_minute, and move bulk work outside 9 to 18 h Indian time. \
             The account's limit counts all its keys and programs together"
        }
        ErrorKind::Server | ErrorKind::Unavailable | ErrorKind::Timeout => {
            "A failure of the server, usually short: what is safe to repeat was repeated. When more than 5 % of requests fail, \
             see the vendor's status page"
        }
        ErrorKind::InvalidInput if status == 415 => {
            "v2 takes application/json only, v1 application/x-www-form-urlencoded: something between has changed it"
        }
        ErrorKind::InvalidInput => {
            "fields() names what broke a rule; the crate's table of rules states each with an example"
        }
        _ => return None,
    })
}
