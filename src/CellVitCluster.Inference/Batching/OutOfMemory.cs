using System.Runtime.InteropServices;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Inference.Batching;

/// <summary>Tells lack of memory from other failures of the network library, which reports all of them as text.</summary>
internal static class OutOfMemory
{
    /// <summary>Texts of the library's allocators: CUDA's caching allocator, and the one for the CPU.</summary>
    private static readonly string[] Texts = ["out of memory", "can't allocate memory"];

    /// <summary>Whether the exception says that memory was lacking.</summary>
    public static bool Is(Exception exception) => exception is OutOfMemoryException
        || (exception is ExternalException && Texts.Any(text => exception.Message.Contains(text, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The failure as the user can act on it, when memory was lacking; else the failure itself.</summary>
    /// <param name="exception">What the library threw.</param>
    /// <param name="device">Where it was to run.</param>
    public static Exception Explain(Exception exception, InferenceDevice device) => Is(exception)
        ? new ModelException(
            ErrorCode.DeviceMemoryFull,
            $"Cannot run the network on {device}.",
            $"Its memory does not suffice ({device.Profile.Value}).",
            "End other programs that use the device, use --precision fp16 or bf16 there, or another --device.",
            exception)
        : exception;
}
