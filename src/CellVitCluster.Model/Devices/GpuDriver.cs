using System.Runtime.InteropServices;
using System.Text;

namespace CellVitCluster.Model.Devices;

/// <summary>
/// The few calls of NVIDIA's driver that the network library does not offer. They act on the context that is current on the calling thread;
/// <see cref="Enter"/> makes it that of the wanted GPU, which is also the library's. Source: CUDA driver API.
/// </summary>
internal static partial class GpuDriver
{
    private const string Library = "libcuda.so.1";

    /// <summary>Makes a GPU the current one of this thread until the scope is disposed of.</summary>
    /// <param name="index">Number of the GPU, as the library counts them.</param>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    /// <exception cref="DllNotFoundException">There is no driver.</exception>
    public static Scope Enter(int index)
    {
        Check(GetDevice(out int device, index), "cuDeviceGet");
        Check(RetainContext(out nint context, device), "cuDevicePrimaryCtxRetain");
        try
        {
            Check(PushContext(context), "cuCtxPushCurrent");
        }
        catch
        {
            _ = ReleaseContext(device);
            throw;
        }

        return new Scope(device);
    }

    /// <summary>Name of a GPU's model, for example <c>NVIDIA H200</c>.</summary>
    /// <param name="index">Number of the GPU, as the library counts them.</param>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    public static string NameOf(int index)
    {
        Check(GetDevice(out int device, index), "cuDeviceGet");
        Span<byte> name = stackalloc byte[128];
        Check(GetName(ref MemoryMarshal.GetReference(name), name.Length, device), "cuDeviceGetName");
        return Encoding.UTF8.GetString(name[..Math.Max(0, name.IndexOf((byte)0))]);
    }

    /// <summary>Free memory of the current GPU in bytes.</summary>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    public static long FreeBytes()
    {
        Check(GetMemoryInfo(out nuint free, out _), "cuMemGetInfo");
        return checked((long)free);
    }

    /// <summary>Makes an event that a waiting thread sleeps on.</summary>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    public static nint CreateEvent()
    {
        const uint sleeping = 1;
        Check(CreateEvent(out nint created, sleeping), "cuEventCreate");
        return created;
    }

    /// <summary>Puts an event behind the work that the library has asked the current GPU for.</summary>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    public static void Record(nint recorded)
    {
        const nint defaultStream = 0;
        Check(RecordEvent(recorded, defaultStream), "cuEventRecord");
    }

    /// <summary>Waits until the work before an event is done.</summary>
    /// <exception cref="InvalidOperationException">The work, or earlier work, failed.</exception>
    public static void Wait(nint awaited) => Check(SynchronizeEvent(awaited), "cuEventSynchronize");

    /// <summary>Time between two events that are over.</summary>
    /// <exception cref="InvalidOperationException">One was never recorded, or is not over.</exception>
    public static double SecondsBetween(nint first, nint second)
    {
        const double perMillisecond = 1e-3;
        Check(GetElapsed(out float milliseconds, first, second), "cuEventElapsedTime");
        return milliseconds * perMillisecond;
    }

    /// <summary>Frees an event.</summary>
    public static void Destroy(nint destroyed) => _ = DestroyEvent(destroyed);

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"{call} of the NVIDIA driver failed with error {result}.");
        }
    }

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetDevice(out int device, int index);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetName(ref byte name, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RetainContext(out nint context, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReleaseContext(int device);

    [LibraryImport(Library, EntryPoint = "cuCtxPushCurrent_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PushContext(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxPopCurrent_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PopContext(out nint context);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetMemoryInfo(out nuint free, out nuint total);

    [LibraryImport(Library, EntryPoint = "cuEventCreate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CreateEvent(out nint created, uint flags);

    [LibraryImport(Library, EntryPoint = "cuEventRecord")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RecordEvent(nint recorded, nint stream);

    [LibraryImport(Library, EntryPoint = "cuEventSynchronize")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SynchronizeEvent(nint awaited);

    [LibraryImport(Library, EntryPoint = "cuEventElapsedTime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetElapsed(out float milliseconds, nint first, nint second);

    [LibraryImport(Library, EntryPoint = "cuEventDestroy_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DestroyEvent(nint destroyed);

    /// <summary>Gives the thread back the GPU it had.</summary>
    /// <param name="device">The driver's handle of the GPU.</param>
    public readonly ref struct Scope(int device)
    {
        /// <summary>Leaves the GPU.</summary>
        public void Dispose()
        {
            _ = PopContext(out _);
            _ = ReleaseContext(device);
        }
    }
}
