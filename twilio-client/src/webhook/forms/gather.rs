//! What `<Gather>` heard. All of it is personal, and pressed keys are perhaps secret.

use super::VoiceRequest;
use super::macros::form;

form! {
    /// The request for TwiML after `<Gather>`: keys, or speech.
    ///
    /// Without input it only comes when `actionOnEmptyResult` asks for it.
    GatherAction("gather action") on VoiceRequest as voice {
        /// The keys that were pressed, without the finishing one.
        digits: text = "Digits";
        /// The key that ended the input; empty when none did.
        finished_on_key: text = "FinishedOnKey";
        /// What was said.
        speech: text = "SpeechResult";
        /// How sure the recognition is, from 0 to 1.
        confidence: ratio = "Confidence";
        /// The language it was taken for.
        language: text = "Language";
    }
}

form! {
    /// What `<Gather>` has understood so far, while the caller still speaks. What you answer is ignored.
    GatherPartial("gather partial result") on VoiceRequest as voice {
        /// What may still change.
        unstable_speech: text = "UnstableSpeechResult";
        /// What will not change.
        stable_speech: text = "StableSpeechResult";
        /// How likely it is to stay, from 0 to 1.
        stability: ratio = "Stability";
        /// Its place among the results of this input, from 0. Each input of a call counts anew.
        sequence: number = "SequenceNumber", shown;
        /// The language it was taken for.
        language: text = "Language";
        /// Whether somebody speaks.
        speech_activity: text = "SpeechActivity";
    }
}
