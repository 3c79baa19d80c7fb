using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CellVitCluster.Model.Encoders;

/// <summary>Cuts an image into patches and maps each to a token: a convolution whose stride is its kernel.</summary>
internal sealed class PatchEmbedding : Module<Tensor, Tensor>
{
    private readonly Conv2d proj;

    public PatchEmbedding(int patchSize, int width)
        : base(nameof(PatchEmbedding))
    {
        proj = Conv2d(3, width, kernel_size: patchSize, stride: patchSize);
        RegisterComponents();
    }

    /// <summary>Side of a patch in px.</summary>
    public int PatchSize => (int)proj.weight!.shape[2];

    /// <inheritdoc/>
    public override Tensor forward(Tensor image) => proj.forward(image);                      // [B, D, H/P, W/P]
}
