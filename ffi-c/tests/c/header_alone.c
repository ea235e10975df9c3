/* The header needs nothing before it, as C and as C++. */

#include <mutls.h>

int main(void) {
    uint32_t built_for = MUTLS_ABI_VERSION, loaded = mutls_abi_version();
    const char *version = mutls_version();
    return (loaded >> 16) == (built_for >> 16) && loaded >= built_for && version[0] != 0 ? 0 : 1;
}
