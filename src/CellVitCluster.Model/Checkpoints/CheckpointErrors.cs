using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Model.Checkpoints;

/// <summary>The two ways a checkpoint file is refused.</summary>
internal static class CheckpointErrors
{
    /// <summary>The file is damaged, truncated, or of another kind.</summary>
    public static ModelException Unreadable(string name, string why, Exception? inner = null) => new(
        ErrorCode.CheckpointUnreadable,
        $"Cannot read checkpoint '{name}'.",
        why,
        "Copy the file again from its source, or name a PyTorch checkpoint (.pth) or a .safetensors file.",
        inner);

    /// <summary>The file asks for code to be run.</summary>
    public static ModelException Forbidden(string name, string what) => new(
        ErrorCode.CheckpointForbidden,
        $"Checkpoint '{name}' was not loaded.",
        $"It refers to {what}; only tensors, numbers, strings, lists and dictionaries are accepted, because anything else can run code.",
        "Save the state dictionary and the configuration alone, or convert the file to .safetensors on a machine that trusts it.");
}
