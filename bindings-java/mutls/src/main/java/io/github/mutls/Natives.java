package io.github.mutls;

/** The library, loaded when it is first needed. */
final class Natives {
    /** Not final, so that a test can count what passes. */
    static Abi abi;

    private static final UnsatisfiedLinkError MISSING;

    static {
        UnsatisfiedLinkError missing = null;
        try {
            abi = JnaAbi.load();
        } catch (UnsatisfiedLinkError e) {
            missing = e;
        }
        MISSING = missing;
    }

    private Natives() {}

    /** Says why there is no library, each time that somebody asks. */
    static void require() {
        if (MISSING != null) {
            throw new UnsatisfiedLinkError(MISSING.getMessage());
        }
    }
}
