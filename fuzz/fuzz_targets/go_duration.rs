#![cfg_attr(fuzzing, no_main)]
voice_fuzz::program!(go_duration);
