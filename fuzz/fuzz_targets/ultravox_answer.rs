#![cfg_attr(fuzzing, no_main)]
voice_fuzz::program!(ultravox_answer);
