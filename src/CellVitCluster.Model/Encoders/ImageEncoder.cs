using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>The part of a network that turns an image into token maps. One class per family of encoders.</summary>
internal abstract class ImageEncoder(string name) : Module(name)
{
    /// <summary>
    /// Sets the format in which the layers of the blocks compute. The residual stream, its norms and the patches stay fp32.
    /// </summary>
    public abstract void UsePrecision(ScalarType precision);

    /// <summary>Runs the encoder.</summary>
    /// <param name="image"><c>[B, 3, H, W]</c>, normalized; of a size that the network takes.</param>
    /// <param name="wantsTissue">Whether tissue logits are wanted.</param>
    /// <returns>Tensors of the current dispose scope.</returns>
    public abstract EncoderOutput Encode(Tensor image, bool wantsTissue);
}

/// <summary>What decoders need of an encoder.</summary>
/// <param name="Image">The image as the encoder saw it, <c>[B, 3, H', W']</c>: the given one, or a shrunk one.</param>
/// <param name="Taps">Four raw block outputs, early to late, each <c>[B, D, T, T]</c>; the last are the tokens.</param>
/// <param name="Tissue">Tissue logits <c>[B, classes]</c>, or what the head at the network's root takes, when wanted.</param>
internal sealed record EncoderOutput(Tensor Image, IReadOnlyList<Tensor> Taps, Tensor? Tissue);
