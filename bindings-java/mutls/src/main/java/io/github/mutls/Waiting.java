package io.github.mutls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Whether this thread may wait in C. Virtual threads may not: each would hold on to a real one. */
final class Waiting {
    private static final boolean NEVER = Boolean.getBoolean("mutls.submit");
    private static final MethodHandle IS_VIRTUAL = isVirtual();

    private Waiting() {}

    private static MethodHandle isVirtual() {
        try {
            return MethodHandles.lookup().findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    static boolean allowed() {
        if (NEVER) {
            return false;
        }
        try {
            return IS_VIRTUAL == null || !(boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
