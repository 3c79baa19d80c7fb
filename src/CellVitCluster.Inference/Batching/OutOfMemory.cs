using System.Runtime.InteropServices;

namespace CellVitCluster.Inference.Batching;

/// <summary>Tells lack of memory from other failures of the network library, which reports all of them as text.</summary>
internal static class OutOfMemory
{
    /// <summary>Texts of the library's allocators: CUDA's caching allocator, and the one for the CPU.</summary>
    private static readonly string[] Texts = ["out of memory", "can't allocate memory"];

    /// <summary>Whether the exception says that memory was lacking.</summary>
    public static bool Is(Exception exception) => exception is OutOfMemoryException
        || (exception is ExternalException && Texts.Any(text => exception.Message.Contains(text, StringComparison.OrdinalIgnoreCase)));
}
