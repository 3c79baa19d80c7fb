using CellVitCluster.Slides.Reading;

namespace CellVitCluster.UnitTests.Slides.Reading;

/// <summary>Expected values: Pillow 9.4, <c>Image.resize(size, Image.LANCZOS)</c> of the same picture.</summary>
public sealed class LanczosResamplerTests
{
    [Fact]
    public void Small_enlargement_equals_pillow_byte_for_byte()
    {
        byte[] expectedFirstRow =
            [0, 54, 105, 1, 55, 102, 3, 60, 106, 7, 67, 121, 8, 80, 134, 12, 97, 138, 29, 109, 137, 41, 113, 135];
        byte[] expectedLastRow =
            [52, 107, 86, 66, 114, 119, 65, 123, 175, 24, 126, 193, 0, 104, 173, 5, 94, 143, 66, 153, 137, 105, 201, 144];
        var target = new byte[8 * 7 * 3];

        new LanczosResampler(5, 4, 8, 7).Resize(FormulaPicture.Create(5, 4), target);

        target[..24].ShouldBe(expectedFirstRow);
        target[^24..].ShouldBe(expectedLastRow);
    }

    [Theory]
    [InlineData(512, 512, 1024, 1024, "cb44a02994ac8e1e039690817a719bf0")]
    [InlineData(640, 640, 1024, 1024, "444c0b796cf0c1b548f5d22f1f8580a4")]
    [InlineData(1344, 1344, 1024, 1024, "2f702d13e7865baa076c94df1a36f003")]
    [InlineData(1600, 1600, 1024, 1024, "55b0940fc915f9a35cbadefd41902e21")]
    [InlineData(37, 53, 100, 20, "e8b0c1ee1a525bbc33225cb1ed6ed9b9")]
    [InlineData(33, 17, 33, 40, "66cd353874a257fc4109777816e7c1e0")]
    [InlineData(1, 1, 4, 4, "960268efd18c79c24e66e0b4dd726e39")]
    public void Resize_equals_pillow_at_every_size_that_tiles_have(int width, int height, int targetWidth, int targetHeight, string digest)
    {
        var target = new byte[targetWidth * targetHeight * 3];

        new LanczosResampler(width, height, targetWidth, targetHeight).Resize(FormulaPicture.Create(width, height), target);

        FormulaPicture.DigestOf(target).ShouldBe(digest);
    }
}
