#![cfg_attr(fuzzing, no_main)]
voice_fuzz::program!(ident_names);
