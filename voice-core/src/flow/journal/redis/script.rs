//! The decisions Redis takes in one step.

use std::sync::LazyLock;

use crate::retry::Repeat;
use crate::store::redis::Script;

/// Changes an entry for the holder of the lease, which is renewed by it. Gives `{0}` without the lease, `{1}` when the entry is
/// as wanted (also when it was already, by the same order whose answer was lost), `{2, found}` when it is something else.
///
/// Keys: lease, entries, calls. Arguments: owner, lease in ms, time to live in ms, entry, old, new (empty: none), call.
pub(super) fn swap() -> &'static Script {
    static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
        Script::new(
            r"
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {0, ''} end
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            local found = redis.call('HGET', KEYS[2], ARGV[4]) or ''
            if found ~= ARGV[6] then
                if found ~= ARGV[5] then return {2, found} end
                if ARGV[6] == '' then
                    redis.call('HDEL', KEYS[2], ARGV[4])
                else
                    redis.call('HSET', KEYS[2], ARGV[4], ARGV[6])
                end
                if ARGV[7] ~= '' then redis.call('HSET', KEYS[3], ARGV[7], ARGV[4]) end
            end
            redis.call('PEXPIRE', KEYS[2], ARGV[3])
            redis.call('PEXPIRE', KEYS[3], ARGV[3])
            return {1, ''}",
            Repeat::Idempotent,
        )
    });
    &SCRIPT
}

/// Takes the lease, or renews it. Gives 1, 0 when another holds it, or the version of a journal of another form.
///
/// Keys: lease, entries. Arguments: owner, lease in ms, time to live in ms, version.
pub(super) fn take() -> &'static Script {
    static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
        Script::new(
            r"
            local holder = redis.call('GET', KEYS[1])
            if holder and holder ~= ARGV[1] then return 0 end
            local version = redis.call('HGET', KEYS[2], '')
            if version and version ~= ARGV[4] then return version end
            if not version and redis.call('EXISTS', KEYS[2]) == 1 then return 'none' end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            if not version then
                redis.call('HSET', KEYS[2], '', ARGV[4])
                redis.call('PEXPIRE', KEYS[2], ARGV[3])
            end
            return 1",
            Repeat::Idempotent,
        )
    });
    &SCRIPT
}

/// Renews the lease if it is held. Gives 1, or 0 when they are not.
///
/// Keys: lease. Arguments: owner, lease in ms.
pub(super) fn renew() -> &'static Script {
    static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
        Script::new(
            r"
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return 1",
            Repeat::Idempotent,
        )
    });
    &SCRIPT
}

/// Gives the lease up if it is held. Keys: lease. Arguments: owner.
pub(super) fn give_up() -> &'static Script {
    static SCRIPT: LazyLock<Script> = LazyLock::new(|| {
        Script::new(
            r"
            if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
            return 1",
            Repeat::Idempotent,
        )
    });
    &SCRIPT
}
