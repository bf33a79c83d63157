//! The speed after refusals, at the edges: what full speed leaves alone, and what must be full before spacing ends.

use super::super::slow_down::SlowDown;
use super::{now, secs};

#[test]
fn answers_at_full_speed_use_up_nothing_of_the_way_back() {
    let t0 = now();
    let mut slow = SlowDown::new();
    for _ in 0..100 {
        slow.accepted(t0, secs(1));
    }
    slow.refused(t0);
    slow.cut_rate(t0);
    assert_eq!(slow.stretch(secs(70)), secs(100));
    // Within the same second, and yet the first step back.
    slow.accepted(t0, secs(1));
    assert!(slow.stretch(secs(70)) < secs(100));
}

#[test]
fn spacing_lasts_until_speed_and_places_are_both_full_again() {
    for (rate, slots) in [(true, false), (false, true)] {
        let t0 = now();
        let mut slow = SlowDown::new();
        slow.refused(t0);
        // Slow enough that the calm is over before the last cut is made good.
        for cut in 0..9 {
            let at = t0 + secs(2 * cut);
            if rate {
                slow.cut_rate(at);
            }
            if slots {
                slow.cut_slots(100, None, at);
            }
        }
        let late = t0 + secs(10_000);
        for answer in 0..50 {
            assert!(slow.is_on(), "{answer}");
            slow.accepted(late, secs(1));
        }
        // Fifty answers in calm weather have come; of the cuts only a part is made good.
        assert!(slow.is_on(), "rate {rate}, slots {slots}");
    }
}
