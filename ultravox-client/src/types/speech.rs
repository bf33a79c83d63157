//! Who speaks when: greetings, turns, silence.

use super::{EndBehavior, UvDuration};

model! {
    /// When the agent takes the person to have spoken. Unset fields have the API's defaults.
    plain VadSettings {
        /// How long the person must be silent before the agent answers; 0.384 s by default, in steps of 32 ms.
        turn_endpoint_delay: UvDuration => "turnEndpointDelay",
        /// The shortest speech that counts as a turn; 0 s by default.
        minimum_turn_duration: UvDuration => "minimumTurnDuration",
        /// The shortest speech that interrupts the agent; 0.09 s by default, without effect below
        /// `minimum_turn_duration`.
        minimum_interruption_duration: UvDuration => "minimumInterruptionDuration",
        /// From how likely on a frame counts as speech: 0.1 to 1; 0.1 by default.
        frame_activation_threshold: f64 => "frameActivationThreshold",
    }
}

one_of! {
    /// Who speaks first. By default the agent does, with a greeting of its own.
    FirstSpeaker {
        /// The person.
        User(UserGreeting) => "user",
        /// The agent.
        Agent(AgentGreeting) => "agent",
    }
}

impl FirstSpeaker {
    /// The person speaks first, however long it takes.
    #[must_use]
    pub fn user() -> Self {
        Self::User(UserGreeting::new())
    }

    /// The agent speaks first, with a greeting of its own.
    #[must_use]
    pub fn agent() -> Self {
        Self::Agent(AgentGreeting::new())
    }
}

model! {
    /// The person speaks first.
    plain UserGreeting {
        /// What the agent does if the person says nothing.
        fallback: FallbackGreeting => "fallback",
    }
}

model! {
    /// The agent breaks the silence.
    plain FallbackGreeting {
        /// How long it waits.
        delay: UvDuration => "delay",
        /// What it says.
        text: String => "text",
        /// What it is told to say something about.
        prompt: String => "prompt",
    }
}

model! {
    /// The agent speaks first.
    plain AgentGreeting {
        /// Whether the person is kept from interrupting it; no by default.
        uninterruptible: bool => "uninterruptible",
        /// What it says.
        text: String => "text",
        /// What it is told to say something about.
        prompt: String => "prompt",
        /// How long it waits before it speaks.
        delay: UvDuration => "delay",
    }
}

model! {
    /// Something the agent says after a silence.
    both TimedMessage {
        /// How long the silence lasts, counted from the message before: durations add up.
        duration: UvDuration => "duration",
        /// What it says. A template.
        message: String => "message",
        /// What happens then.
        end_behavior: EndBehavior => "endBehavior",
    }
}

impl TimedMessage {
    /// `message`, after a silence of `duration`.
    #[must_use]
    pub fn new(duration: impl Into<UvDuration>, message: impl Into<String>) -> Self {
        Self::default().duration(duration).message(message)
    }
}
