using System.Runtime.InteropServices;

namespace CellVitCluster.Model.Devices;

/// <summary>
/// Asks libtorch to place its large CPU buffers on 2 MB pages. A forward pass allocates and frees gigabytes of maps; with 4 KB pages the
/// kernel's page faults cost as much time as the arithmetic of a small network.
/// </summary>
internal static partial class HugePages
{
    /// <summary>Read by libtorch's CPU allocator once, at its first allocation (c10/core/impl/alloc_cpu.cpp).</summary>
    private const string Variable = "THP_MEM_ALLOC_ENABLE";

    /// <summary>
    /// Takes effect when called before the first tensor exists. A value that the user has set in the environment stays. Values set through
    /// <see cref="Environment"/> are not visible to native code, hence the call into the C library.
    /// </summary>
    public static void Enable()
    {
        if (OperatingSystem.IsLinux())
        {
            // The only failure is lack of memory; then the pages stay small, which is slower and not wrong.
            _ = SetEnvironmentVariable(Variable, "1", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
