#![cfg_attr(fuzzing, no_main)]
voice_fuzz::program!(misfit);
