//! Figures of an account.

use serde_json::Value;

use crate::types::{Numeric, resource};

resource! {
    /// Figures of an account. Shares are in percent.
    AccountFigures {
        /// How well calls reach their end, 0 to 100.
        call_deliverability_score: Numeric,
        /// How well calls are taken, 0 to 100.
        call_answer_score: Numeric,
        /// How many calls.
        total_calls: Numeric,
        /// How many in each direction.
        call_direction: DirectionCounts,
        /// How many in each state.
        call_state: StateFigures,
        /// How many of each type.
        call_type: TypeCounts,
        /// The mean length, in seconds.
        aloc: Numeric,
        /// How many by edge.
        twilio_edge_location: Value,
        /// How many from each country (two letters).
        caller_country_code: Value,
        /// How many to each country (two letters).
        callee_country_code: Value,
        /// The mean time in the queue, in milliseconds.
        average_queue_time_ms: Numeric,
        /// The share of calls without a sound.
        silent_calls_percentage: Numeric,
        /// What networks did.
        network_issues: NetworkIssues,
        /// How carriers see the account's calls.
        know_your_traffic as "KYT": KnowYourTraffic,
        /// Who answered.
        answering_machine_detection: MachineDetectionFigures,
    }
}

resource! {
    /// How many calls in each direction.
    DirectionCounts {
        /// From the account.
        outbound: Numeric,
        /// To the account.
        inbound: Numeric,
    }
}

resource! {
    /// How many calls in each state, or the share of each.
    StateFigures {
        /// Answered and over.
        completed: Numeric,
        /// Not connected.
        fail: Numeric,
        /// Busy.
        busy: Numeric,
        /// Not answered.
        noanswer: Numeric,
        /// Ended before the answer.
        canceled: Numeric,
    }
}

resource! {
    /// How many calls of each type.
    TypeCounts {
        /// The telephone network.
        carrier: Numeric,
        /// SIP domains.
        sip: Numeric,
        /// Trunks.
        trunking: Numeric,
        /// Clients of the Voice SDK.
        client: Numeric,
        /// WhatsApp.
        whatsapp: Numeric,
    }
}

resource! {
    /// What networks did.
    NetworkIssues {
        /// On the way to Voice SDK clients.
        sdk: SdkIssues,
        /// At Twilio's gateways.
        twilio_gateway: GatewayIssues,
    }
}

resource! {
    /// Shares of calls that suffered on the way to Voice SDK clients.
    SdkIssues {
        /// No way was found (ICE).
        ice_failures_percentage: Numeric,
        /// Packets came late.
        high_latency_percentage: Numeric,
        /// Packets were lost.
        high_packet_loss_percentage: Numeric,
        /// Packets came unevenly.
        high_jitter_percentage: Numeric,
    }
}

resource! {
    /// Shares of calls that suffered at Twilio's gateways.
    GatewayIssues {
        /// Packets came late.
        high_latency_percentage: Numeric,
        /// Packets were lost.
        high_packet_loss_percentage: Numeric,
        /// Packets came unevenly.
        high_jitter_percentage: Numeric,
    }
}

resource! {
    /// How carriers see the account's calls.
    KnowYourTraffic {
        /// Calls into the telephone network.
        outbound_carrier_calling: OutboundTraffic,
    }
}

resource! {
    /// Calls into the telephone network.
    OutboundTraffic {
        /// How many numbers called.
        unique_calling_numbers: Numeric,
        /// How many numbers were called.
        unique_called_numbers: Numeric,
        /// What carriers block.
        blocked_calls_by_carrier: Vec<BlockedInCountry>,
        /// The share under 10 s; above 15 carriers grow suspicious.
        short_duration_calls_percentage: Numeric,
        /// The share of 60 s and more.
        long_duration_calls_percentage: Numeric,
        /// The share to numbers that nobody has.
        potential_robocalls_percentage: Numeric,
        /// Branded calls.
        branded_calling: BrandedCalling,
        /// Calls with Voice Integrity.
        voice_integrity: VoiceIntegrity,
        /// Calls by attestation.
        stir_shaken: StirShaken,
    }
}

resource! {
    /// What carriers of a country block.
    BlockedInCountry {
        /// The country (two letters).
        country: String,
        /// Its carriers.
        carriers: Vec<BlockedByCarrier>,
    }
}

resource! {
    /// What a carrier blocks.
    BlockedByCarrier {
        /// Its name.
        carrier: String,
        /// How many calls.
        total_calls: Numeric,
        /// How many it blocked.
        blocked_calls: Numeric,
        /// Their share.
        blocked_calls_percentage: Numeric,
    }
}

resource! {
    /// Branded calls.
    BrandedCalling {
        /// How many.
        total_branded_calls: Numeric,
        /// Their share.
        percent_branded_calls: Numeric,
        /// The share that is answered.
        answer_rate: Numeric,
        /// The share that people answer.
        human_answer_rate: Numeric,
        /// The share of more than 60 s.
        engagement_rate: Numeric,
        /// The same by purpose.
        by_use_case: Vec<BrandedUseCase>,
    }
}

resource! {
    /// Branded calls of a purpose.
    BrandedUseCase {
        /// The purpose.
        use_case: String,
        /// How many numbers it is enabled for.
        enabled_phonenumbers: Numeric,
        /// How many calls.
        total_calls: Numeric,
        /// The share that is answered.
        answer_rate: Numeric,
        /// The share that people answer.
        human_answer_rate: Numeric,
        /// The share of more than 60 s.
        engagement_rate: Numeric,
    }
}

resource! {
    /// Calls with Voice Integrity.
    VoiceIntegrity {
        /// How many.
        enabled_calls: Numeric,
        /// Their share.
        enabled_percentage: Numeric,
        /// The same by profile.
        calls_per_bundle: Vec<BundleCalls>,
    }
}

resource! {
    /// Calls of a Voice Integrity profile.
    BundleCalls {
        /// The profile (`BU…`).
        bundle_sid: String,
        /// How many numbers it is enabled for.
        enabled_phonenumbers: Numeric,
        /// How many calls.
        total_calls: Numeric,
        /// The share that is answered.
        answer_rate: Numeric,
        /// The share that people answer.
        human_answer_rate: Numeric,
    }
}

resource! {
    /// Calls by attestation (STIR/SHAKEN).
    StirShaken {
        /// How many.
        call_count: StirFigures,
        /// Their share.
        percentage: StirFigures,
        /// The share of them that is answered.
        answer_rate: StirFigures,
    }
}

resource! {
    /// A figure for each attestation.
    StirFigures {
        /// A: the caller is known and may use the number.
        stsh_a: Numeric,
        /// B: the caller is known.
        stsh_b: Numeric,
        /// C: neither is known.
        stsh_c: Numeric,
    }
}

resource! {
    /// Who answered, where that was to be detected.
    MachineDetectionFigures {
        /// How many calls.
        total_calls: Numeric,
        /// The share that people answered.
        answered_by_human_percentage: Numeric,
        /// The share that machines answered.
        answered_by_machine_percentage: Numeric,
    }
}
